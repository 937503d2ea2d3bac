import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { LEVEL, severityOfPriority, whole } from './values.ts'

/** A T and a zone, or a weekday. */
const TIME = /^(?:\S{10}T\S+(?:Z|[+-]\d\d:?\d\d)|[A-Z][a-z]{2} \S+ \S+ [A-Z]{3,5})$/
/** The times of rsyslog and of journalctl alone. */
const SYSLOG_TIME =
  /^(?:\S{10}T\d\d:\d\d:\d\d(?:\.\d{6}[+-]\d\d:\d\d|[+-]\d{4})|[A-Z][a-z]{2} \S+ \S+ [A-Z]{3,5})$/

/**
 * The same with an ISO time, as rsyslog writes files, and `journalctl -o short-iso` and `short-full` print. Two words and a colon may be
 * any sentence (`2024-06-12T10:11:12Z request failed: ...`): so the program has a process, or is the kernel, or the time is one that only
 * these write.
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
    const isSure = pid !== undefined || program === 'kernel'
    if (priority === undefined && !(isSure ? TIME : SYSLOG_TIME).test(head.slice(0, at))) return undefined
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
