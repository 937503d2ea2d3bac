import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { said, severityOfPriority, whole } from './values.ts'

/**
 * RFC 3164 as files and sockets have it: `<34>Oct 11 22:14:15 host su[230]: ...`. The priority is missing in files, the host on a
 * local socket. macOS puts what the program speaks of behind the process, and gives repetitions no program.
 */
export const syslog3164: LineFormat = {
  name: 'syslog_rfc3164',
  title: 'syslog, RFC 3164; journald and macOS print the same',
  starts: ['month', 'month_with_year'],
  pattern:
    / (?!\d{4} )(?:([^\s[\]]{0,254}[^\s[\]:]) )?(?:([^\s:[\]]{1,100}|[^:[\]\n]{1,100}(?=\[\d))(?:\[(\d{1,10})\])?(?: \([^)\n]{1,300}\))?: ?|(?=--- last message repeated |last message repeated |message repeated ))/y,
  inside: 'line',
  fields([, host, program, pid], { start, priority }) {
    // With a year it is a syslog's only if that shows: `Wed Jun 12 10:11:12 2024 TLS Error: ...` is an OpenVPN's.
    if (start === 'month_with_year' && priority === undefined && pid === undefined) return undefined
    return {
      severity: severityOfPriority(priority),
      attributes: {
        [NAMED.hostname]: host,
        [NAMED.service]: said(program),
        [NAMED.pid]: whole(pid),
        [NAMED.facility]: priority === undefined ? undefined : priority >> 3,
      },
    }
  },
}
