import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { severityOf } from './values.ts'

/** `WARNING:shop.cart:...`: what logging prints where nobody configured it. It has no time. */
export const pythonBasic: LineFormat = {
  name: 'python_basic',
  title: 'Python logging without configuration',
  starts: ['word'],
  pattern: /(DEBUG|INFO|WARNING|ERROR|CRITICAL):([A-Za-z_][\w.]{0,200}):/y,
  inside: 'level_known',
  fields: ([, level, logger]) => ({ severity: severityOf(level), attributes: { [NAMED.logger]: logger } }),
}
