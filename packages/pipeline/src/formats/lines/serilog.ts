import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { severityOf } from './values.ts'

/** `2024-05-01 10:11:12.123 +02:00 [INF] ...`, and on the console `[10:11:12 INF] ...`, which has no date. */
export const serilog: LineFormat = {
  name: 'serilog',
  title: 'Serilog, text',
  starts: ['iso', 'bracket'],
  pattern:
    /(?: \[(VRB|DBG|INF|WRN|ERR|FTL)\] |\[\d\d:\d\d:\d\d (VRB|DBG|INF|WRN|ERR|FTL)\] )(?:<([^>\n]{1,200})> )?/y,
  inside: 'level_known',
  fields: ([, dated, undated, logger]) => ({
    severity: severityOf(dated ?? undated),
    attributes: { [NAMED.logger]: logger },
  }),
}
