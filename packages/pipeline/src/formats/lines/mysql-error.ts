import { calendarTime } from '../../time/calendar.ts'
import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { severityOf, whole } from './values.ts'

/** MySQL 8 (`0 [Note] [MY-010116] [Server] ...`), 5.7, MariaDB (`0 [Note] ...`), and 5.5 with its short date (`240501 10:11:12 [Note] ...`). */
export const mysqlError: LineFormat = {
  name: 'mysql_error',
  title: 'MySQL and MariaDB, error log',
  starts: ['iso', 'six_digits'],
  pattern:
    /(?:(\d\d)(\d\d)(\d\d) {1,2}(\d{1,2}:\d\d:\d\d)| (\d{1,19})) \[(Note|Warning|ERROR|Error|System)\] (?:\[(MY-\d{6})\] \[(\w{1,40})\] )?/y,
  inside: 'opaque',
  fields([, year, month, day, clock, thread, level, code, subsystem], line) {
    const time =
      year === undefined ? line.time : calendarTime(`20${year}`, month, day, clock?.padStart(8, '0'))
    if (time === undefined) return undefined
    return {
      time,
      severity: level === 'System' ? 9 : severityOf(level),
      attributes: { [NAMED.threadId]: whole(thread), [NAMED.eventCode]: code, [NAMED.logger]: subsystem },
    }
  },
}
