import { readIsoAt } from '../../time/time-at.ts'
import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { nanosOf, said, whole } from './values.ts'

/** An entry of the slow query log: its lines of figures, then the statement, which is the message. */
export const mysqlSlow: LineFormat = {
  name: 'mysql_slow',
  title: 'MySQL and MariaDB, slow query log',
  starts: ['sign'],
  pattern:
    /(?:# Time: (\d{4}-\d\d-\d\dT\S{8,25})\r?\n)?# User@Host: ([^\s[]{0,64})\[[^\]\n]{0,64}\] @ +([\w.-]{0,255}) *\[([\w.:]{0,45})\](?: +Id: +(\d{1,19}))?\s{0,4}\n(?:# [A-Z][^\n]{0,300}\n){0,4}?# Query_time: (\d{1,9}\.\d{1,9}) +Lock_time: [\d.]{1,20} +Rows_sent: (\d{1,19}) +Rows_examined: \d{1,19}[^\n]{0,500}\n(?:# [A-Z][^\n]{0,500}\n){0,8}(?:use ([^\s;]{1,64});\r?\n)?(?:SET timestamp=\d{1,20};\r?\n)?/y,
  inside: 'opaque',
  fields([, time, user, host, address, thread, seconds, rows, database]) {
    const read = time === undefined ? undefined : readIsoAt(time, 0)
    return {
      time: read?.time,
      attributes: {
        [NAMED.user]: said(user),
        [NAMED.client]: said(address) ?? said(host),
        [NAMED.threadId]: whole(thread),
        [NAMED.duration]: nanosOf(seconds, 's'),
        [NAMED.rowsReturned]: whole(rows),
        [NAMED.database]: database,
      },
    }
  },
}
