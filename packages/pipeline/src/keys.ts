/**
 * Senders write one name in many ways: `trace.id`, `trace_id`, `traceId`, `TraceID`, `trace-id`. This is the common
 * form of them: lower case, letters and digits only. Names that would be shorter than three characters stay as they
 * are but for case, so that `@t` and `t` remain two names.
 */
export function canonicalKey(key: string): string {
  const known = KNOWN.get(key)
  if (known !== undefined) return known
  const lower = key.toLowerCase()
  const bare = lower.replace(/[^a-z0-9]+/g, '')
  const canonical = bare.length < 3 ? lower : bare
  if (KNOWN.size >= KNOWN_LIMIT) KNOWN.clear()
  KNOWN.set(key, canonical)
  return canonical
}

/** Keys repeat from batch to batch; the limit keeps senders with endless keys from filling the memory. */
const KNOWN_LIMIT = 20_000
const KNOWN = new Map<string, string>()

/** The last dotted part of a key: `x-request-id` of `req.headers.x-request-id`. */
export function lastPart(key: string): string {
  return key.slice(key.lastIndexOf('.') + 1)
}

/** Byte order, the same on every machine and for every order of arrival. */
export function compareKeys(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
