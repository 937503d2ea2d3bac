/** A text without the colours that a program writes for a terminal. */
export interface Uncoloured {
  readonly text: string
  /** Where a place of it lies in the text as it was sent. */
  sentAt(at: number): number
}

/** Select Graphic Rendition: https://ecma-international.org/publications-and-standards/standards/ecma-48/ §8.3.117. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is the character that begins one
const COLOUR = /\x1b\[[0-9;:]{0,40}m/g

/** Undefined where there are no colours in it. */
export function uncoloured(sent: string): Uncoloured | undefined {
  if (!sent.includes('\x1b[')) return undefined
  const cuts: { readonly at: number; readonly length: number }[] = []
  let removed = 0
  const text = sent.replace(COLOUR, (colour: string, at: number) => {
    cuts.push({ at: at - removed, length: colour.length })
    removed += colour.length
    return ''
  })
  if (removed === 0) return undefined
  return {
    text,
    sentAt: (at) => cuts.reduce((sum, cut) => (cut.at < at ? sum + cut.length : sum), at),
  }
}
