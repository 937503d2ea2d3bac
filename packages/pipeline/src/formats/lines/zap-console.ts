import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { severityOf, whole } from './values.ts'

/** zap's console encoder: columns between tabs, level, perhaps logger and caller. The level may be coloured. */
export const zapConsole: LineFormat = {
  name: 'zap_console',
  title: 'zap, console encoder',
  starts: ['iso'],
  pattern:
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character starts a colour
    /\t(?:\u001b\[\d{1,2}m)?(DEBUG|INFO|WARN|ERROR|DPANIC|PANIC|FATAL|debug|info|warn|error|dpanic|panic|fatal)(?:\u001b\[0m)?\t(?:([A-Za-z][\w./-]{0,100})\t)?(?:([\w./@-]{1,200}\.go):(\d{1,7})\t)?/y,
  inside: 'level_known',
  fields: ([, level, logger, file, line]) => ({
    severity: severityOf(level),
    attributes: { [NAMED.logger]: logger, [NAMED.file]: file, [NAMED.line]: whole(line) },
  }),
}
