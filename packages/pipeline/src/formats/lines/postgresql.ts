import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { nanosOf, said, severityOf, whole } from './values.ts'

const LEVELS =
  'DEBUG[1-5]|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC|STATEMENT|DETAIL|HINT|CONTEXT|QUERY|LOCATION'
/** What belongs to the message before it and says no level of its own. */
const BELONGS: ReadonlySet<string> = new Set(['HINT', 'CONTEXT', 'QUERY', 'LOCATION'])

/**
 * The prefixes of PostgreSQL itself (`%m [%p] `), of Debian (`%m [%p] %q%u@%d `) and of RDS (`%t:%r:%u@%d:[%p]:`), and the duration that
 * `log_min_duration_statement` writes.
 */
export const postgresql: LineFormat = {
  name: 'postgresql',
  title: 'PostgreSQL, also as Debian and RDS have it',
  starts: ['iso'],
  pattern: new RegExp(
    `(?: \\[(\\d{1,10})\\](?: ([^\\s@]{1,63})@(\\S{1,63}))?|:([^\\s:(]{0,255})(?:\\(\\d{1,5}\\))?:([^\\s@]{0,63})@([^\\s:]{0,63}):\\[(\\d{1,10})\\]:) ?(${LEVELS}):  (?=(?:duration: (\\d{1,12}\\.\\d{3}) ms)?)`,
    'y',
  ),
  inside: 'opaque',
  fields: ([, pid, user, database, client, rdsUser, rdsDatabase, rdsPid, level = '', took]) => ({
    severity: BELONGS.has(level) ? 9 : severityOf(level),
    attributes: {
      [NAMED.pid]: whole(pid ?? rdsPid),
      [NAMED.user]: said(user ?? rdsUser),
      [NAMED.database]: said(database ?? rdsDatabase),
      [NAMED.client]: said(client),
      [NAMED.duration]: nanosOf(took, 'ms'),
    },
  }),
}
