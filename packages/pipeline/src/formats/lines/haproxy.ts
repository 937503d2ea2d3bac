import { readAccessTime } from '../../time/time-at.ts'
import { REQUEST, targetAttributes } from './http.ts'
import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { nanosOf, said, whole } from './values.ts'

const PEER = '([0-9a-fA-F.:]{2,45}):(\\d{1,5}) '
const ACCEPTED = '\\[(\\d\\d/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d\\.\\d{3})\\] '
const PROXIES = '(\\S{1,100}) (\\S{1,100})/(\\S{1,100}) '
/** Of five times the last is the whole; TCP has three. `+` says that it was not waited for the end. */
const HTTP = '(?:-?\\d{1,10}/){4}\\+?(-?\\d{1,10}) (\\d{3}|-1) \\+?(\\d{1,19}) '
const TCP = '(?:-?\\d{1,10}/){2}\\+?(-?\\d{1,10}) \\+?(\\d{1,19}) '

/** HAProxy's `httplog` and `tcplog`, mostly behind the head of a syslog line. The status of a connection that had no answer is -1. */
export const haproxy: LineFormat = {
  name: 'haproxy',
  title: 'HAProxy, HTTP and TCP',
  starts: ['number', 'word', 'sign'],
  has: ' [',
  pattern: new RegExp(
    `${PEER}${ACCEPTED}(?=${PROXIES}(?:${HTTP}|${TCP})(?:\\S \\S |\\S+ \\S+ )?[\\w-]{2,4} \\d{1,10}/[^"\\n]{0,300}(?:${REQUEST})?)`,
    'y',
  ),
  inside: 'opaque',
  fields([
    ,
    client,
    port,
    time = '',
    frontend,
    backend,
    server,
    httpMillis,
    status,
    httpBytes,
    tcpMillis,
    tcpBytes,
    ...request
  ]) {
    const read = readAccessTime(time)
    if (read === undefined) return undefined
    const [method, target, version] = request
    return {
      time: read,
      attributes: {
        [NAMED.client]: client,
        [NAMED.clientPort]: whole(port),
        'haproxy.frontend': frontend,
        'haproxy.backend': backend,
        'haproxy.server': said(server),
        [NAMED.duration]: nanosOf(httpMillis ?? tcpMillis, 'ms'),
        [NAMED.status]: status === '-1' ? undefined : whole(status),
        [NAMED.responseBytes]: whole(httpBytes ?? tcpBytes),
        [NAMED.method]: method,
        ...targetAttributes(target),
        [NAMED.httpVersion]: version,
      },
    }
  },
}
