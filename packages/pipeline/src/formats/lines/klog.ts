import { calendarTime } from '../../time/calendar.ts'
import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { severityOf, whole } from './values.ts'

/** `I0501 10:11:12.123456    1234 cart.go:42] ...`: glog and klog (Kubernetes); glog may write the year. */
export const klog: LineFormat = {
  name: 'klog',
  title: 'klog and glog: Kubernetes, C++',
  starts: ['glog'],
  pattern:
    /([IWEF])(\d{4})?(\d\d)(\d\d) (\d\d:\d\d:\d\d)\.(\d{6}) +(\d{1,10}) ([\w.+/-]{1,200}):(\d{1,7})\] /y,
  inside: 'level_known',
  fields([, level, year, month, day, clock, fraction, thread, file, line]) {
    const time = calendarTime(year, month, day, clock, fraction)
    if (time === undefined) return undefined
    return {
      time,
      severity: severityOf(level),
      attributes: { [NAMED.threadId]: whole(thread), [NAMED.file]: file, [NAMED.line]: whole(line) },
    }
  },
}
