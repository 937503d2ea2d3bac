import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { severityOf } from './values.ts'

/** `2016-09-28 04:30:30, Info                  CBS    ...`: component based servicing, DISM, setup. */
export const windowsCbs: LineFormat = {
  name: 'windows_cbs',
  title: 'Windows servicing: CBS, DISM, setup',
  starts: ['iso'],
  pattern: /, (Info|Warning|Error|Perf|Fatal) {2,40}(?:\[0x[0-9a-f]{6,8}\] )?([A-Z]{2,8}) +/y,
  inside: 'opaque',
  fields: ([, level, component]) => ({
    severity: level === 'Perf' ? 9 : severityOf(level),
    attributes: { [NAMED.logger]: component },
  }),
}
