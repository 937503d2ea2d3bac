import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { whole } from './values.ts'

/** `2024/05/01 10:11:12.123456 cart.go:42: ...`: Go's package log, with and without microseconds and file. */
export const goLog: LineFormat = {
  name: 'go_log',
  title: 'Go, package log',
  starts: ['slashed'],
  pattern: / (?:([\w./@-]{1,200}\.go):(\d{1,7}): )?/y,
  inside: 'text',
  fields: ([, file, line]) => ({ attributes: { [NAMED.file]: file, [NAMED.line]: whole(line) } }),
}
