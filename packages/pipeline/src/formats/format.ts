import type { AttributeValue } from '@heartwood/event'

/** What a format found in a line. */
export interface ParsedLine {
  readonly attributes: Readonly<Record<string, AttributeValue>>
  /** What is no attribute (objects in arrays, too deep): {dotted key: value}, kept as JSON text. */
  readonly rest?: Readonly<Record<string, unknown>>
  /** Whether the line stays the message. Otherwise the message is the attribute that is named like one, if any. */
  readonly keepsLine: boolean
}

/**
 * A way to write structure into one line. To add one: a file beside this that exports a Format, and its entry in
 * index.ts. A format that is not sure says undefined: the line then stays as it is.
 */
export interface Format {
  readonly name: string
  /** Whether the UTF-8 at `start` to `end` of `bytes`, of which `words` is a view, may be of this format: a cheap look, and false is sure. */
  mayBe(bytes: Uint8Array, words: DataView, start: number, end: number): boolean
  /** Never throws, on any string; takes time in proportion to the length of the line. */
  parse(line: string): ParsedLine | undefined
}
