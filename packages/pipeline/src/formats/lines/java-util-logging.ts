import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { severityOf } from './values.ts'

/** Two lines: `May 01, 2024 10:11:12 AM com.shop.Cart add` and `INFO: ...`. */
export const javaUtilLogging: LineFormat = {
  name: 'java_util_logging',
  title: 'java.util.logging',
  starts: ['month_with_year'],
  pattern: / ([A-Za-z_][\w.$]{2,300}) ([\w$<>]{1,200})\r?\n(SEVERE|WARNING|INFO|CONFIG|FINE|FINER|FINEST): /y,
  inside: 'level_known',
  fields: ([, logger, method, level]) => ({
    severity: severityOf(level),
    attributes: { [NAMED.logger]: logger, [NAMED.functionName]: method },
  }),
}
