/** Whether a path of an answer's JSON is to be in it, for Elasticsearch's `filter_path`. */
export type PathFilter = (path: readonly string[]) => boolean

/**
 * Reads a `filter_path` parameter: patterns separated by commas, `*` for anything within a key, `**` for any number
 * of keys, `-` in front to leave out. A pattern that names an object means all of it. No patterns: everything.
 */
export function pathFilter(parameter: string | undefined): PathFilter {
  const patterns = (parameter ?? '').split(',').filter((pattern) => pattern !== '')
  const include = patterns.filter((pattern) => !pattern.startsWith('-')).map(keysOf)
  const exclude = patterns
    .filter((pattern) => pattern.startsWith('-'))
    .map((pattern) => keysOf(pattern.slice(1)))
  return (path) =>
    (include.length === 0 || include.some((pattern) => covers(pattern, path))) &&
    !exclude.some((pattern) => covers(pattern, path))
}

function keysOf(pattern: string): string[] {
  return pattern.split('.')
}

/** Whether the pattern matches the path or one of the objects around it. */
function covers(pattern: readonly string[], path: readonly string[]): boolean {
  const [key, ...rest] = pattern
  if (key === undefined) return true
  if (key === '**') return covers(rest, path) || (path.length > 0 && covers(pattern, path.slice(1)))
  const [first, ...below] = path
  return first !== undefined && matches(key, first) && covers(rest, below)
}

function matches(pattern: string, key: string): boolean {
  const parts = pattern.split('*')
  if (parts.length === 1) return pattern === key
  const first = parts[0] ?? ''
  const last = parts.at(-1) ?? ''
  if (key.length < first.length + last.length || !key.startsWith(first) || !key.endsWith(last)) return false
  let at = first.length
  for (const part of parts.slice(1, -1)) {
    const found = key.indexOf(part, at)
    if (found === -1 || found + part.length > key.length - last.length) return false
    at = found + part.length
  }
  return true
}
