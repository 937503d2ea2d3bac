import { sgrRuns } from './ansi.ts'

/** A piece of log text as it is shown: as it is, as a search hit, or an unseen character under a visible name. */
export interface TextPiece {
  readonly kind: 'text' | 'hit' | 'found' | 'unseen'
  readonly text: string
  /** Classes of the colours the line itself asks for. */
  readonly classes?: string
  /** What the unseen character is, e.g. `U+202E right-to-left override`. */
  readonly title?: string
}

/**
 * Characters that are not seen, or that change how the text around them is shown: C0 and C1 controls, DEL, the bidi
 * marks of Unicode TR9 (Trojan Source), line and paragraph separators, zero-width space and joiner marks, BOM,
 * soft hyphen, and lone surrogates.
 */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is what this is for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}/gu

const NAMES: Readonly<Record<number, string>> = {
  0: 'null',
  7: 'bell',
  8: 'backspace',
  9: 'tab',
  10: 'line feed',
  13: 'carriage return',
  27: 'escape',
  127: 'delete',
  173: 'soft hyphen',
  8203: 'zero width space',
  8206: 'left-to-right mark',
  8207: 'right-to-left mark',
  8232: 'line separator',
  8233: 'paragraph separator',
  8234: 'left-to-right embedding',
  8235: 'right-to-left embedding',
  8236: 'pop directional formatting',
  8237: 'left-to-right override',
  8238: 'right-to-left override',
  8294: 'left-to-right isolate',
  8295: 'right-to-left isolate',
  8296: 'first strong isolate',
  8297: 'pop directional isolate',
  65279: 'byte order mark',
}

export interface HitRange {
  readonly start: number
  readonly end: number
  /** Of a find within the result, not of the query. */
  readonly found?: boolean
}

/**
 * Cuts text into pieces to show. `hits` are ranges in rising order that do not overlap. With `lines`, line feeds and
 * tabs stay as they are (for text shown over several lines); else they are named too, so that a line stays one line.
 * Colour codes are not shown but followed; every other control character is named.
 */
export function visiblePieces(text: string, hits: readonly HitRange[] = [], lines = false): TextPiece[] {
  const pieces: TextPiece[] = []
  for (const run of sgrRuns(text) ?? [{ start: 0, end: text.length, classes: '' }]) {
    const push = (start: number, end: number, kind: SeenKind) => {
      if (end > start) pushSeen(pieces, text.slice(start, end), { kind, classes: run.classes }, lines)
    }
    let at = run.start
    for (const hit of hits) {
      if (hit.end <= at || hit.start >= run.end) continue
      push(at, hit.start, 'text')
      at = Math.max(at, hit.start)
      push(at, Math.min(hit.end, run.end), hit.found === true ? 'found' : 'hit')
      at = Math.min(hit.end, run.end)
    }
    push(at, run.end, 'text')
  }
  return pieces
}

type SeenKind = Exclude<TextPiece['kind'], 'unseen'>

function pushSeen(
  pieces: TextPiece[],
  text: string,
  { kind, classes }: { kind: SeenKind; classes: string },
  lines: boolean,
): void {
  const seen = (part: string) =>
    pieces.push(classes === '' ? { kind, text: part } : { kind, text: part, classes })
  let at = 0
  for (const match of text.matchAll(UNSEEN)) {
    const character = match[0]
    if (lines && (character === '\n' || character === '\t')) continue
    if (match.index > at) seen(text.slice(at, match.index))
    pieces.push(unseenPiece(character))
    at = match.index + character.length
  }
  if (at < text.length) seen(text.slice(at))
}

function unseenPiece(character: string): TextPiece {
  const code = character.codePointAt(0) ?? 0
  const hex = code.toString(16).toUpperCase().padStart(4, '0')
  const name = NAMES[code] ?? (code >= 0xd800 && code <= 0xdfff ? 'half a character' : 'control character')
  return { kind: 'unseen', text: symbolOf(code) ?? `\u27e8U+${hex}\u27e9`, title: `U+${hex} ${name}` }
}

/** The names of ASCII for C0 and DEL; arrows for the commonest two. */
function symbolOf(code: number): string | undefined {
  if (code === 0x0a) return '\u21b5'
  if (code === 0x09) return '\u21e5'
  return code === 0x7f ? 'DEL' : C0[code]
}

const C0 =
  'NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'.split(
    ' ',
  )
