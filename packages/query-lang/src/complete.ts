import { LEVELS, OWN_FIELDS, ownField } from '@heartwood/event'

/** Something to put in place of text[start, end). */
export interface Suggestion {
  readonly kind: 'field' | 'level'
  /** With the colon for fields, quoted where it must be. */
  readonly insert: string
  readonly start: number
  readonly end: number
  readonly about?: string
}

/**
 * What may be meant at the cursor (UTF-16 offset): field names that start with what stands before it, or level names
 * behind `level:`. `fields` are names that occur in the logs, in the order they shall be offered; the event's own come
 * first. Nothing inside quotes.
 */
export function complete(text: string, cursor: number, fields: readonly string[]): Suggestion[] {
  const before = text.slice(0, cursor)
  if (isInQuotes(before)) return []
  const value = /([^\s()"<>:-][^\s()"<>:]*)(?::\s*\(?|[<>]=?\s*)([\p{L}]*)$/u.exec(before)
  if (value !== null) {
    const [, name = '', typed = ''] = value
    if (ownField(name)?.name !== 'level') return []
    return LEVELS.filter((level) => level.startsWith(typed.toLowerCase())).map((level) => ({
      kind: 'level',
      insert: level,
      start: cursor - typed.length,
      end: cursor,
    }))
  }
  const name = /(?:^|[\s(])-?([^\s()"<>:-][^\s()"<>:]*)?$/.exec(before)
  if (name === null) return []
  const typed = name[1] ?? ''
  const wanted = typed.toLowerCase()
  const own = OWN_FIELDS.map(({ name, about }) => ({ name, about }))
  const others = fields
    .filter((name) => ownField(name) === undefined)
    .map((name) => ({ name, about: undefined }))
  return [...own, ...others]
    .filter(({ name }) => name.toLowerCase().startsWith(wanted))
    .map(({ name, about }) => ({
      kind: 'field',
      insert: /^[\p{L}_@][\p{L}\p{N}\p{M}_.@-]*$/u.test(name)
        ? `${name}:`
        : `"${name.replace(/["\\]/g, '\\$&')}":`,
      start: cursor - typed.length,
      end: cursor,
      ...(about !== undefined && { about }),
    }))
}

function isInQuotes(before: string): boolean {
  return (before.replace(/\\["\\]/g, '').match(/"/g)?.length ?? 0) % 2 === 1
}
