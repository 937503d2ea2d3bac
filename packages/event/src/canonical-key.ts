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
