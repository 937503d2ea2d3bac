/** The order of texts by code point, which is their order in UTF-8. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const unitA = a.charCodeAt(index)
    const unitB = b.charCodeAt(index)
    if (unitA === unitB) continue
    // Surrogates stand for code points above all other units.
    const isHighA = unitA >= 0xd800 && unitA < 0xe000
    const isHighB = unitB >= 0xd800 && unitB < 0xe000
    if (isHighA !== isHighB) return isHighA ? 1 : -1
    return unitA - unitB
  }
  return a.length - b.length
}
