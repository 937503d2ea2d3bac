import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { severityOf, whole } from './values.ts'

/** `2024-05-01 10:11:12.123 | INFO     | shop.cart:add:42 - ...`. */
export const loguru: LineFormat = {
  name: 'loguru',
  title: 'loguru',
  starts: ['iso'],
  pattern:
    / \| (TRACE|DEBUG|INFO|SUCCESS|WARNING|ERROR|CRITICAL) *\| ([\w.]{1,200}):([\w<>.]{1,200}):(\d{1,7}) - /y,
  inside: 'level_known',
  fields: ([, level, logger, method, line]) => ({
    severity: severityOf(level),
    attributes: { [NAMED.logger]: logger, [NAMED.functionName]: method, [NAMED.line]: whole(line) },
  }),
}
