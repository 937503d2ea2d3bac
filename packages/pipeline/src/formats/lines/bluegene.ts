import { nanosFromEpoch } from '../../time/epoch.ts'
import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { severityOf } from './values.ts'

/**
 * The supercomputers' logs that begin with an alert's name or `-` and seconds since 1970: Blue Gene/L with node, kind, component and level,
 * Thunderbird with a syslog line.
 */
export const bluegene: LineFormat = {
  name: 'bluegene',
  title: 'Blue Gene/L and Thunderbird',
  starts: ['sign', 'word'],
  has: '.',
  pattern:
    /([A-Z][A-Z0-9_]{1,20}|-) (1\d{9}) \d{4}\.\d\d\.\d\d ([\w.:-]{1,64}) (?:\d{4}-\d\d-\d\d-\d\d\.\d\d\.\d\d\.\d{6} [\w.:-]{1,64} \w{1,20} (\w{1,20}) (DEBUG|INFO|WARNING|ERROR|SEVERE|FAILURE|FATAL) |[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d [\w./@-]{1,128} ([^\s:[\]]{1,100})(?:\[\d{1,10}\])?: )/y,
  inside: 'text',
  fields([, alert, seconds = '', node, component, level, program]) {
    const nanos = nanosFromEpoch(seconds)
    if (nanos === undefined) return undefined
    return {
      time: { kind: 'exact', nanos, zone: 'named' },
      severity: severityOf(level),
      attributes: {
        [NAMED.hostname]: node,
        [NAMED.logger]: component,
        [NAMED.service]: program,
        [NAMED.eventCode]: alert === '-' ? undefined : alert,
      },
    }
  },
}
