import { readIsoAt } from '../../time/time-at.ts'
import { targetAttributes } from './http.ts'
import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { nanosOf, whole } from './values.ts'

const UNITS: Readonly<Record<string, 's' | 'ms' | 'us' | 'ns'>> = {
  s: 's',
  ms: 'ms',
  us: 'us',
  '\u00c2\u00b5s': 'us',
  ns: 'ns',
}

/** `[GIN] 2024/05/01 - 10:11:12 | 200 |    1.234ms |    10.0.0.1 | GET      "/path"`. */
export const gin: LineFormat = {
  name: 'gin',
  title: 'Gin',
  starts: ['bracket'],
  pattern:
    /\[GIN\] (\d{4}\/\d\d\/\d\d) - (\d\d:\d\d:\d\d) \| *(?=(\d{3}) *\| *([\d.]{1,20})(s|ms|us|\u00c2\u00b5s|ns) *\| *([\w.:]{2,60}) *\| *([A-Z]{3,10}) +"([^"\n]*)")/y,
  inside: 'opaque',
  fields([, date, clock, status, took, unit = '', client, method, target]) {
    const read = readIsoAt(`${date} ${clock}`, 0)
    if (read === undefined) return undefined
    return {
      time: read.time,
      attributes: {
        [NAMED.status]: whole(status),
        [NAMED.duration]: nanosOf(took, UNITS[unit] ?? 's'),
        [NAMED.client]: client,
        [NAMED.method]: method,
        ...targetAttributes(target),
      },
    }
  },
}
