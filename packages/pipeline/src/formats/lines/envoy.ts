import { QUOTED, REQUEST, targetAttributes } from './http.ts'
import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { nanosOf, said, whole } from './values.ts'

/** Envoy's and Istio's default access log: bytes received and sent, milliseconds, then agent, request id, authority, upstream. */
export const envoy: LineFormat = {
  name: 'envoy',
  title: 'Envoy and Istio, access log',
  starts: ['bracketed'],
  has: '] "',
  pattern: new RegExp(
    `\\] (?=${REQUEST} (\\d{3}) [\\w,-]{1,40} (?:\\S{1,100} ){0,2}(?:"[^"]{0,200}" )?\\d{1,19} (\\d{1,19}) (\\d{1,10}) (?:\\d{1,10}|-) ${QUOTED} ${QUOTED} ${QUOTED} ${QUOTED} ${QUOTED})`,
    'y',
  ),
  inside: 'opaque',
  fields: ([, method, target, version, status, bytes, took, client, agent, id, server, upstream]) => ({
    attributes: {
      [NAMED.method]: method,
      ...targetAttributes(target),
      [NAMED.httpVersion]: version,
      [NAMED.status]: whole(status),
      [NAMED.responseBytes]: whole(bytes),
      [NAMED.duration]: nanosOf(took, 'ms'),
      [NAMED.client]: said(client),
      [NAMED.userAgent]: said(agent),
      [NAMED.requestId]: said(id),
      [NAMED.server]: said(server),
      [NAMED.upstream]: said(upstream),
    },
  }),
}
