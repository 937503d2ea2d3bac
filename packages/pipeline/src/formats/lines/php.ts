import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { whole } from './values.ts'

const SEVERITY: Readonly<Record<string, number>> = {
  'Fatal error': 21,
  'Parse error': 21,
  'Recoverable fatal error': 17,
  Warning: 13,
  Notice: 10,
  Deprecated: 13,
  DEBUG: 5,
  NOTICE: 10,
  WARNING: 13,
  ERROR: 17,
  ALERT: 19,
}

/** `[01-May-2024 10:11:12 UTC] PHP Warning:  ... in /app/cart.php on line 42`, and PHP-FPM's own `[...] NOTICE: ...`. */
export const php: LineFormat = {
  name: 'php',
  title: 'PHP and PHP-FPM, error log',
  starts: ['bracketed'],
  pattern:
    /\] (?:PHP (Fatal error|Parse error|Recoverable fatal error|Warning|Notice|Deprecated): {2}|(DEBUG|NOTICE|WARNING|ERROR|ALERT): )(?=(?:[^\n]{0,2000} in (\/[^\s:]{1,300}) on line (\d{1,7})$)?)/my,
  inside: 'opaque',
  fields: ([, language, manager, file, line]) => ({
    severity: SEVERITY[language ?? manager ?? ''],
    attributes: { [NAMED.file]: file, [NAMED.line]: whole(line) },
  }),
}
