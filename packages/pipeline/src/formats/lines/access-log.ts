import { readAccessTime } from '../../time/time-at.ts'
import { QUOTED, REQUEST, targetAttributes } from './http.ts'
import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { nanosOf, said, whole } from './values.ts'

const ADDRESS = '[^ \\[\\]"]{1,255}'
/** What people put behind it most: the address before the proxy, and the seconds the request took. */
const MORE = '(?: "[^"]{0,200}")?(?: (?:rt=|request_time=)?(\\d{1,7}\\.\\d{3,6})(?= |$))?'

/**
 * The access log of Apache and nginx, and of whatever writes the same (Traefik, Caddy, lighttpd, Tomcat): common, combined, with the
 * virtual host in front, with the request's time behind.
 */
export const accessLog: LineFormat = {
  name: 'access_log',
  title: 'Access log of Apache, nginx and others: common, combined, with virtual host or request time',
  starts: ['number', 'word', 'sign'],
  has: '] "',
  pattern: new RegExp(
    `(?:([\\w.-]{1,255})(?::(\\d{1,5}))? (?!- ))?(${ADDRESS}) [^ \\[\\]"]{1,64} (${ADDRESS}(?: ${ADDRESS}){0,3}) \\[(\\d\\d/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d [+-]\\d{4})\\] (?=(?:${REQUEST}|"[^"]*") (\\d{3}) (\\d{1,19}|-)(?= |$)(?: ${QUOTED} ${QUOTED})?${MORE})`,
    'my',
  ),
  inside: 'opaque',
  fields([, server, port, client, user, time = '', method, target, version, status, bytes, ...more]) {
    const read = readAccessTime(time)
    if (read === undefined) return undefined
    const [referrer, agent, seconds] = more
    return {
      time: read,
      attributes: {
        [NAMED.client]: said(client),
        [NAMED.user]: said(user),
        [NAMED.server]: said(server),
        [NAMED.serverPort]: whole(port),
        [NAMED.method]: method,
        ...targetAttributes(target),
        [NAMED.httpVersion]: version,
        [NAMED.status]: whole(status),
        [NAMED.responseBytes]: whole(bytes),
        [NAMED.referrer]: said(referrer),
        [NAMED.userAgent]: said(agent),
        [NAMED.duration]: nanosOf(seconds, 's'),
      },
    }
  },
}
