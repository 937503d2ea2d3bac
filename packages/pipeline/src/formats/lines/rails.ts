import { readIsoAt } from '../../time/time-at.ts'
import { targetAttributes } from './http.ts'
import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { nanosOf, whole } from './values.ts'

/** The lines of a request: `Started GET "/cart" for 10.0.0.1 at 2024-05-01 10:11:12 +0200` and `Completed 200 OK in 12ms (Views: ...)`. */
export const rails: LineFormat = {
  name: 'rails',
  title: "Rails, a request's first and last line",
  starts: ['word', 'bracket'],
  pattern:
    /(?:\[([0-9a-f]{8}-[0-9a-f-]{27})\] )?(?=Started ([A-Z]{3,10}) "([^"\n]*)" for ([\w.:]{2,60}) at (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4})|Completed (\d{3}) [A-Z][\w ]{1,40} in (\d{1,9})ms)/y,
  inside: 'opaque',
  fields([, id, method, target, client, time, status, took]) {
    const read = time === undefined ? undefined : readIsoAt(time, 0)
    if (time !== undefined && read === undefined) return undefined
    return {
      time: read?.time,
      attributes: {
        [NAMED.requestId]: id,
        [NAMED.method]: method,
        ...targetAttributes(target),
        [NAMED.client]: client,
        [NAMED.status]: whole(status),
        [NAMED.duration]: nanosOf(took, 'ms'),
      },
    }
  },
}
