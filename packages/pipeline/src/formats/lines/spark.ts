import { calendarTime } from '../../time/calendar.ts'
import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { severityOf } from './values.ts'

/** `17/06/09 20:10:40 INFO storage.BlockManager: ...`: Spark's own layout, in which the year comes first. Such a date without the rest could be any. */
export const spark: LineFormat = {
  name: 'spark',
  title: 'Spark',
  starts: ['short_date'],
  pattern:
    /(\d\d)\/(\d\d)\/(\d\d) (\d\d):(\d\d):(\d\d) (TRACE|DEBUG|INFO|WARN|ERROR|FATAL) ([A-Za-z_][\w.$]{0,200}): /y,
  inside: 'level_known',
  fields([, year, month, day, hour, minute, second, level, logger]) {
    const time = calendarTime(`20${year}`, month, day, `${hour}:${minute}:${second}`)
    if (time === undefined) return undefined
    return { time, severity: severityOf(level), attributes: { [NAMED.logger]: logger } }
  },
}
