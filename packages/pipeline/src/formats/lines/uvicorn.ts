import { REQUEST, targetAttributes } from './http.ts'
import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { severityOf, whole } from './values.ts'

/** `INFO:     10.0.0.1:4711 - "GET / HTTP/1.1" 200 OK`: uvicorn, FastAPI; a level padded to nine columns. */
export const uvicorn: LineFormat = {
  name: 'uvicorn',
  title: 'uvicorn, FastAPI',
  starts: ['word'],
  pattern: new RegExp(
    `(?=.{10})(?:(INFO):     |(DEBUG|ERROR|TRACE):    |(WARNING):  |(CRITICAL): )(?=(?:([\\w.:]{2,60}):(\\d{1,5}) - ${REQUEST} (\\d{3})(?: |$))?)`,
    'my',
  ),
  inside: 'level_known',
  fields: ([, info, debug, warning, critical, client, port, method, target, version, status]) => ({
    severity: severityOf(info ?? debug ?? warning ?? critical),
    attributes: {
      [NAMED.client]: client,
      [NAMED.clientPort]: whole(port),
      [NAMED.method]: method,
      ...targetAttributes(target),
      [NAMED.httpVersion]: version,
      [NAMED.status]: whole(status),
    },
  }),
}
