const SEGMENT = /^[A-Za-z0-9._-]+$/
const MAX_LENGTH = 512

/** Throws a RangeError for what is no key of an object. */
export function assertKey(key: string): void {
  const isKey =
    key.length <= MAX_LENGTH &&
    key.split('/').every((segment) => SEGMENT.test(segment) && segment !== '.' && segment !== '..')
  if (!isKey) throw new RangeError(`not the key of an object: ${JSON.stringify(key.slice(0, MAX_LENGTH))}`)
}

/** Throws a RangeError for what no key begins with. */
export function assertPrefix(prefix: string): void {
  if (prefix !== '') assertKey(prefix.endsWith('/') ? `${prefix}x` : prefix)
}

/** Throws a RangeError for a range that is none. */
export function assertRange({ offset, length }: { readonly offset: number; readonly length: number }): void {
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0)
    throw new RangeError(`not a range of bytes: ${length} from ${offset}`)
}

/** The order of keys by their bytes; all of them are ASCII. */
export function compareKeys(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
