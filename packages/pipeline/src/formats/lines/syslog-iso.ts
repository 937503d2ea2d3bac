import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { LEVEL, severityOfPriority, whole } from './values.ts'

/**
 * The same with an ISO time, as rsyslog writes files, and `journalctl -o short-iso` and `short-full` print. It has a T and a zone, or a weekday,
 * and the second word is a program's: so it is not taken for another format.
 */
export const syslogIso: LineFormat = {
  name: 'syslog_iso',
  title: 'syslog with ISO times: rsyslog, journald',
  starts: ['iso'],
  pattern: new RegExp(
    ` (?!(?:${LEVEL})[ :])([\\w.:-]{1,255}) ([^\\s:[\\]]{1,100})(?:\\[(\\d{1,10})\\])?: ?`,
    'y',
  ),
  inside: 'line',
  fields([, host, program, pid], { head, at, priority }) {
    if (
      priority === undefined &&
      !/^(?:\S{10}T\S+(?:Z|[+-]\d\d:?\d\d)|[A-Z][a-z]{2} \S+ \S+ [A-Z]{3,5})$/.test(head.slice(0, at))
    )
      return undefined
    return {
      severity: severityOfPriority(priority),
      attributes: {
        [NAMED.hostname]: host,
        [NAMED.service]: program,
        [NAMED.pid]: whole(pid),
        [NAMED.facility]: priority === undefined ? undefined : priority >> 3,
      },
    }
  },
}
