import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { whole } from './values.ts'

const SEVERITY: Readonly<Record<string, number>> = { trce: 1, dbug: 5, info: 9, warn: 13, fail: 17, crit: 21 }

/** `info: Microsoft.Hosting.Lifetime[14]` and the message on the next line, indented: the console logger of .NET. */
export const dotnetConsole: LineFormat = {
  name: 'dotnet_console',
  title: '.NET, console logger',
  starts: ['word'],
  pattern: /(trce|dbug|info|warn|fail|crit): ([A-Za-z_][\w.`+<>]{0,300})\[(-?\d{1,10})\](?:\r?\n {6}| |$)/my,
  inside: 'level_known',
  fields: ([, level = '', logger, id]) => ({
    severity: SEVERITY[level],
    attributes: { [NAMED.logger]: logger, [NAMED.eventCode]: whole(id) },
  }),
}
