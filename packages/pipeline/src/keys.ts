export { canonicalKey } from '@heartwood/event'

/** The last dotted part of a key: `x-request-id` of `req.headers.x-request-id`. */
export function lastPart(key: string): string {
  return key.slice(key.lastIndexOf('.') + 1)
}

/** Byte order, the same on every machine and for every order of arrival. */
export function compareKeys(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
