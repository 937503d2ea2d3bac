import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { severityOf, whole } from './values.ts'

/** `[Sun Dec 04 04:47:44 2005] [core:error] [pid 1:tid 2] [client 10.0.0.1:4711] AH00128: ...`; Apache 2.2 has neither module nor process. */
export const apacheError: LineFormat = {
  name: 'apache_error',
  title: 'Error log of Apache httpd, 2.2 and 2.4',
  starts: ['bracketed'],
  pattern:
    /\] \[(?:([\w-]{0,40}):)?(emerg|alert|crit|error|warn|notice|info|debug|trace)\d?\] (?:\[pid (\d{1,10})(?::tid (\d{1,20}))?\] )?(?:\[(?:client|remote) ([\w.:-]{1,255}?)(?::(\d{1,5}))?\] )?(?=(AH\d{5})?)/y,
  inside: 'level_known',
  fields([, module, level, pid, tid, client, port, code], { head }) {
    if (!/^\[[A-Z]/.test(head)) return undefined
    return {
      severity: severityOf(level),
      attributes: {
        [NAMED.logger]: module || undefined,
        [NAMED.pid]: whole(pid),
        [NAMED.threadId]: whole(tid),
        [NAMED.client]: client,
        [NAMED.clientPort]: whole(port),
        [NAMED.eventCode]: code,
      },
    }
  },
}
