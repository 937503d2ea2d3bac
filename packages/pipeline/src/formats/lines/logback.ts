import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { LEVEL, NO_FAILURE, severityOf, whole } from './values.ts'

/** `[main] INFO  com.shop.Cart - ...`: logback's default, which has a time of day but no date, and all that add one. */
export const logback: LineFormat = {
  name: 'logback',
  title: 'logback and whatever prints thread, level and logger',
  starts: ['iso', 'clock'],
  pattern: new RegExp(
    `(?:\\d\\d:\\d\\d:\\d\\d[.,]\\d{3,9})? +\\[([^\\]\\n]{1,200})\\] +(${LEVEL}) +${NO_FAILURE}([A-Za-z_][\\w.$/]{0,200})(?::(\\d{1,7}))?(?: +-|:) `,
    'y',
  ),
  inside: 'level_known',
  fields: ([, thread, level, logger, line]) => ({
    severity: severityOf(level),
    attributes: { [NAMED.threadName]: thread, [NAMED.logger]: logger, [NAMED.line]: whole(line) },
  }),
}
