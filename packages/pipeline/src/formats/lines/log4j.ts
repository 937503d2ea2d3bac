import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { LEVEL, NO_FAILURE, severityOf, whole } from './values.ts'

/** `INFO [main] org.apache.hadoop.Client: ...`, `INFO  c.e.Cart:42 - ...`: level, perhaps the thread, logger. Hadoop, HBase, Hive, and Python's like. */
export const log4j: LineFormat = {
  name: 'log4j',
  title: 'log4j and whatever prints level, thread and logger: Hadoop, HBase, Hive, Python',
  starts: ['iso', 'clock'],
  pattern: new RegExp(
    `(?:\\d\\d:\\d\\d:\\d\\d[.,]\\d{3,9})?[ ]+(?:- )?(${LEVEL}) +(?:[[(]([^\\]\\n)]{1,200})[\\])] )?${NO_FAILURE}([A-Za-z_][\\w.$]{0,200})(?::(\\d{1,7})|\\((\\d{1,7})\\)|@(\\d{1,7}))?(?::| -) `,
    'y',
  ),
  inside: 'level_known',
  fields: ([, level, thread, logger, ...lines]) => ({
    severity: severityOf(level),
    attributes: {
      [NAMED.threadName]: thread,
      [NAMED.logger]: logger,
      [NAMED.line]: whole(lines.find((line) => line !== undefined)),
    },
  }),
}
