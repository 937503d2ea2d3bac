import { readIsoAt } from '../../time/time-at.ts'
import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { severityOf, whole } from './values.ts'

const REQUEST_ID = /^\[([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\]/

/** `I, [2024-05-01T10:11:12.123456 #1234]  INFO -- shop: ...`: Ruby's Logger and Rails, whose tagged logging puts the request's id first. */
export const rubyLogger: LineFormat = {
  name: 'ruby_logger',
  title: 'Ruby Logger, Rails, Sidekiq',
  starts: ['word'],
  pattern:
    /[DIWEFA], \[(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,9}) #(\d{1,10})\] +(DEBUG|INFO|WARN|ERROR|FATAL|ANY|UNKNOWN) -- ([^:\n]{0,100}): /y,
  inside: 'level_known',
  fields([matched, time = '', pid, level, program], { head, at }) {
    const read = readIsoAt(time, 0)
    if (read === undefined) return undefined
    return {
      time: read.time,
      severity: severityOf(level),
      attributes: {
        [NAMED.pid]: whole(pid),
        [NAMED.service]: program?.trim() || undefined,
        [NAMED.requestId]: REQUEST_ID.exec(head.slice(at + matched.length, at + matched.length + 64))?.[1],
      },
    }
  },
}
