import { copyBytes, viewOf } from './byte-words.ts'
import type { TextValues, Utf8Values } from './text-values.ts'

/**
 * The values of several dictionaries as those of one: code c of part p is `bases[p] + c`. Their bytes are only moved when
 * somebody asks for bytes, and not at all where the parts lie in the same.
 */
export function chainedTexts(parts: readonly TextValues[]): {
  readonly values: TextValues
  readonly bases: readonly number[]
} {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return { values: only, bases: [0] }
  const chained = new ChainedTexts(parts)
  return { values: chained, bases: chained.bases }
}

class ChainedTexts implements TextValues {
  readonly length: number
  readonly bases: readonly number[]
  readonly #parts: readonly TextValues[]
  #utf8: Utf8Values | undefined

  constructor(parts: readonly TextValues[]) {
    let base = 0
    this.bases = parts.map(({ length }) => {
      const at = base
      base += length - 1
      return at
    })
    this.length = base + 1
    this.#parts = parts
  }

  at(code: number): string {
    if (code === 0) return ''
    let part = this.#parts.length - 1
    while (part > 0 && code <= (this.bases[part] ?? 0)) part--
    return this.#parts[part]?.at(code - (this.bases[part] ?? 0)) ?? ''
  }

  utf8(): Utf8Values {
    this.#utf8 ??= chain(
      this.#parts.map((part) => part.utf8()),
      this.length,
    )
    return this.#utf8
  }
}

function chain(parts: readonly Utf8Values[], length: number): Utf8Values {
  const starts = new Uint32Array(length)
  const lengths = new Uint32Array(length)
  let base = 0
  for (const part of parts) {
    starts.set(part.starts.subarray(1), base + 1)
    lengths.set(part.lengths.subarray(1), base + 1)
    base += part.starts.length - 1
  }
  const [first] = parts
  if (first !== undefined && parts.every(({ bytes }) => bytes === first.bytes)) {
    return { bytes: first.bytes, starts, lengths }
  }
  const bytes = Buffer.allocUnsafeSlow(lengths.reduce((sum, size) => sum + size, 0))
  let code = 1
  let at = 0
  const words = viewOf(bytes)
  for (const part of parts) {
    const from = viewOf(part.bytes)
    for (let own = 1; own < part.starts.length; own++, code++) {
      const size = part.lengths[own] ?? 0
      copyBytes(from, part.starts[own] ?? 0, words, at, size)
      starts[code] = at
      at += size
    }
  }
  return { bytes, starts, lengths }
}
