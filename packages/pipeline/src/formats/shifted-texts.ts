import { type TextValues, utf8Values } from '@heartwood/event'

const LF = 0x0a
const CR = 0x0d

/**
 * The same dictionary with values that begin later, `skipped` bytes by code, and without the line end that a container's log keeps.
 * The bytes are shared.
 */
export function shiftedTexts(values: TextValues, skipped: Uint32Array): TextValues {
  const { bytes, starts, lengths } = values.utf8()
  const shifted = { bytes, starts: starts.slice(), lengths: lengths.slice() }
  for (let code = 1; code < starts.length; code++) {
    const skip = skipped[code] ?? 0
    if (skip === 0) continue
    const start = (starts[code] ?? 0) + skip
    let end = (starts[code] ?? 0) + (lengths[code] ?? 0)
    if (end > start && bytes[end - 1] === LF) end--
    if (end > start && bytes[end - 1] === CR) end--
    shifted.starts[code] = start
    shifted.lengths[code] = end - start
  }
  return utf8Values(shifted)
}
