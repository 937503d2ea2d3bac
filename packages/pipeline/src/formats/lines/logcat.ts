import { calendarTime } from '../../time/calendar.ts'
import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { severityOf, whole } from './values.ts'

/** `03-17 16:13:38.811  1702  2395 D WindowManager: ...` (`-v threadtime`) and `D/WindowManager( 1702): ...` (`-v brief`, no time). */
export const logcat: LineFormat = {
  name: 'logcat',
  title: 'Android logcat: threadtime, time, brief',
  starts: ['month_day', 'word'],
  pattern:
    /(?:(\d\d)-(\d\d) (\d\d:\d\d:\d\d)\.(\d{3}) +)?(?:(\d{1,7}) +(\d{1,7}) ([VDIWEFS]) ([^:\n]{0,100}?) *: ?|([VDIWEFS])\/([^(\n]{1,100}?) *\( *(\d{1,7})\): )/y,
  inside: 'opaque',
  fields([, month, day, clock, fraction, pid, thread, level, tag, briefLevel, briefTag, briefPid]) {
    const time = month === undefined ? undefined : calendarTime(undefined, month, day, clock, fraction)
    // Only the brief form has no time.
    if (time === undefined && (month !== undefined || briefLevel === undefined)) return undefined
    return {
      time,
      severity: severityOf(level ?? briefLevel) ?? 21,
      attributes: {
        [NAMED.pid]: whole(pid ?? briefPid),
        [NAMED.threadId]: whole(thread),
        [NAMED.logger]: tag ?? briefTag,
      },
    }
  },
}
