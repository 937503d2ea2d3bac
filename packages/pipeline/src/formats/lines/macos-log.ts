import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { whole } from './values.ts'

const SEVERITY: Readonly<Record<string, number>> = {
  Default: 9,
  Info: 9,
  Activity: 9,
  Debug: 5,
  Error: 17,
  Fault: 21,
}

/** `2024-05-01 10:11:12.123456+0200 0x1a2b Default 0x0 123 0 kernel: ...`: `log show`, default style. */
export const macosLog: LineFormat = {
  name: 'macos_log',
  title: 'macOS, log show',
  starts: ['iso'],
  pattern:
    / 0x([0-9a-f]{1,16}) +(Default|Info|Activity|Debug|Error|Fault) +0x[0-9a-f]{1,16} +(\d{1,10}) +\d{1,10} +([^:\n]{1,100}): (?:\(([^)\n]{1,100})\) )?(?:\[([\w.-]{1,200}):[^\]\n]{0,100}\] )?/y,
  inside: 'opaque',
  fields: ([, thread, type = '', pid, process, library, subsystem]) => ({
    severity: SEVERITY[type],
    attributes: {
      [NAMED.service]: process,
      [NAMED.pid]: whole(pid),
      [NAMED.threadId]: Number.parseInt(thread ?? '', 16),
      [NAMED.logger]: subsystem ?? library,
    },
  }),
}
