/** Of each code, whether a row from `from` to `to` has it. What is done in the order of codes reads values as they lie. */
export function usedCodes(
  { codes, values }: { readonly codes: Uint32Array; readonly values: { readonly length: number } },
  from: number,
  to: number,
): Uint8Array {
  const used = new Uint8Array(values.length)
  for (let row = from; row < to; row++) used[codes[row] ?? 0] = 1
  if (used.length > 0) used[0] = 0
  return used
}
