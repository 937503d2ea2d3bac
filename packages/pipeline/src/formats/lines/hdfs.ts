import { calendarTime } from '../../time/calendar.ts'
import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { severityOf, whole } from './values.ts'

/** `081109 203615 148 INFO dfs.DataNode$PacketResponder: ...`: date, time of day, thread. */
export const hdfs: LineFormat = {
  name: 'hdfs',
  title: 'HDFS with compact times',
  starts: ['six_digits'],
  pattern:
    /(\d\d)(\d\d)(\d\d) (\d\d)(\d\d)(\d\d) (\d{1,10}) (TRACE|DEBUG|INFO|WARN|ERROR|FATAL) ([A-Za-z_][\w.$]{0,200}): /y,
  inside: 'level_known',
  fields([, year, month, day, hour, minute, second, thread, level, logger]) {
    const time = calendarTime(`20${year}`, month, day, `${hour}:${minute}:${second}`)
    if (time === undefined) return undefined
    return {
      time,
      severity: severityOf(level),
      attributes: { [NAMED.threadId]: whole(thread), [NAMED.logger]: logger },
    }
  },
}
