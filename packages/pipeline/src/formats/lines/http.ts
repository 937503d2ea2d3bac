import { NAMED } from './named.ts'
import { said } from './values.ts'

/** A quoted text as access logs write it, quotes inside escaped with a backslash. */
export const QUOTED = '"((?:[^"\\\\]|\\\\.)*)"'
/** The same, where a request stands in it: method, target, version. */
export const REQUEST = '"([A-Z][A-Z_-]{2,19}) ([^ "]*)(?: HTTP/(\\d(?:\\.\\d)?))?"'

/** The attributes of a request's target: path and query. */
export function targetAttributes(target: string | undefined): Record<string, string | undefined> {
  if (target === undefined) return {}
  const bare = target.replace(/^https?:\/\/[^/?#]*/i, '')
  const mark = bare.indexOf('?')
  return mark === -1
    ? { [NAMED.path]: said(bare) }
    : { [NAMED.path]: said(bare.slice(0, mark)), [NAMED.query]: said(bare.slice(mark + 1)) }
}
