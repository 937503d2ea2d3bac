import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { severityOf } from './values.ts'

/** `2024-05-01 10:11:12.1234|INFO|Shop.Cart|...`. */
export const nlog: LineFormat = {
  name: 'nlog',
  title: 'NLog',
  starts: ['iso'],
  pattern: /\|(TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\|([A-Za-z_][\w.`+<>]{0,300})\|/y,
  inside: 'level_known',
  fields: ([, level, logger]) => ({ severity: severityOf(level), attributes: { [NAMED.logger]: logger } }),
}
