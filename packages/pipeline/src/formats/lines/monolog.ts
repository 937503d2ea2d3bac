import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { severityOf } from './values.ts'

/** `[2024-05-01T10:11:12.123456+00:00] app.ERROR: ... {"id":1} []`: Monolog, Symfony, Laravel. */
export const monolog: LineFormat = {
  name: 'monolog',
  title: 'Monolog: Symfony, Laravel',
  starts: ['bracketed'],
  pattern: /\] ([\w-]{1,100})\.(DEBUG|INFO|NOTICE|WARNING|ERROR|CRITICAL|ALERT|EMERGENCY): /y,
  inside: 'level_known',
  fields: ([, channel, level]) => ({ severity: severityOf(level), attributes: { [NAMED.logger]: channel } }),
}
