import { readIsoAt } from '../../time/time-at.ts'
import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { said, severityOfPriority, whole } from './values.ts'

/** `<34>1 2003-10-11T22:14:15.003Z host app 230 ID47 [origin ip="10.0.0.1"] message`: RFC 5424, a byte order mark may precede the message. */
export const syslog5424: LineFormat = {
  name: 'syslog_rfc5424',
  title: 'syslog, RFC 5424',
  starts: ['syslog_5424'],
  pattern:
    /(-|\d{4}-\d\d-\d\dT\S{8,40}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) (?:-|((?:\[(?:[^\]"\\]|\\.|"(?:[^"\\]|\\.)*")*\])+))(?: (?:\u00ef\u00bb\u00bf)?|$)/my,
  inside: 'line',
  fields([, time = '', host, app, process, id, data], { priority }) {
    const read = readIsoAt(time, 0)
    if (time !== '-' && read?.end !== time.length) return undefined
    const pid = /^\d{1,10}$/.test(process ?? '') ? process : undefined
    return {
      time: read?.time,
      severity: severityOfPriority(priority),
      attributes: {
        [NAMED.hostname]: said(host),
        [NAMED.service]: said(app),
        [NAMED.pid]: whole(pid) ?? said(process),
        [NAMED.messageId]: said(id),
        [NAMED.structuredData]: data,
        [NAMED.facility]: priority === undefined ? undefined : priority >> 3,
      },
    }
  },
}
