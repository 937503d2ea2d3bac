/** JSON nested deeper than this stays text: later stages may walk values recursively. */
export const MAX_JSON_DEPTH = 200

/** Whether a value of JSON.parse nests at most MAX_JSON_DEPTH deep; without recursion, since depth is what is in question. */
export function isWithinDepth(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  let level: object[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth >= MAX_JSON_DEPTH) return false
    const below: object[] = []
    for (const parent of level) {
      for (const child of Object.values(parent)) {
        if (typeof child === 'object' && child !== null) below.push(child)
      }
    }
    level = below
  }
  return true
}
