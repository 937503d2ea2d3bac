import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { severityOf } from './values.ts'

/** `2024-05-01T10:11:12.123+0000 I NETWORK  [conn12] ...`: MongoDB 3.0 to 4.2, which pads the level; from 4.4 on it writes JSON. */
export const mongodb: LineFormat = {
  name: 'mongodb',
  title: 'MongoDB before 4.4',
  starts: ['iso'],
  pattern: / ([DIWEF])(?:[1-5]? | {2})([A-Z]{2,12}|-) +\[([^\]\n]{1,100})\] /y,
  inside: 'opaque',
  fields: ([, level, component, context]) => ({
    severity: severityOf(level),
    attributes: { [NAMED.logger]: component, [NAMED.threadName]: context },
  }),
}
