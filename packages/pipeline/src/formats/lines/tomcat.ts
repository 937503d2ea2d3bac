import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { LEVEL, severityOf } from './values.ts'

/** `01-May-2024 10:11:12.123 INFO [main] org.apache.catalina.startup.Catalina.start ...`: Tomcat's one-line formatter. */
export const tomcat: LineFormat = {
  name: 'tomcat',
  title: 'Tomcat',
  starts: ['day_month'],
  pattern: new RegExp(` (${LEVEL}) \\[([^\\]\\n]{1,200})\\] ([\\w.$<>]{3,300}) `, 'y'),
  inside: 'level_known',
  fields: ([, level, thread, method]) => ({
    severity: severityOf(level),
    attributes: { [NAMED.threadName]: thread, [NAMED.functionName]: method },
  }),
}
