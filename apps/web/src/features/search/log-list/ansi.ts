/** A stretch of text between colour codes, and the classes it is shown in (globals.css). */
export interface SgrRun {
  readonly start: number
  readonly end: number
  readonly classes: string
}

/** Select Graphic Rendition, the one kind of escape sequence that says how text looks. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const SGR = /\u001b\[([\d;:]*)m/g

const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const
type Colour = (typeof COLOURS)[number]

interface Style {
  readonly colour?: Colour | undefined
  readonly ground?: Colour | undefined
  readonly bold?: boolean
  readonly dim?: boolean
  readonly italic?: boolean
  readonly underline?: boolean
  readonly inverse?: boolean
  readonly strike?: boolean
}

/** The text between the colour codes of a line; undefined where it has none. The codes themselves are in no run. */
export function sgrRuns(text: string): SgrRun[] | undefined {
  if (!text.includes('\u001b[')) return undefined
  const runs: SgrRun[] = []
  let style: Style = {}
  let at = 0
  for (const match of text.matchAll(SGR)) {
    if (match.index > at) runs.push({ start: at, end: match.index, classes: classesOf(style) })
    style = styled(style, codesOf(match[1] ?? ''))
    at = match.index + match[0].length
  }
  if (at === 0) return undefined
  if (at < text.length) runs.push({ start: at, end: text.length, classes: classesOf(style) })
  return runs
}

function codesOf(parameters: string): number[] {
  return parameters.split(/[;:]/).map(Number)
}

function styled(before: Style, codes: readonly number[]): Style {
  let style = before
  for (let i = 0; i < codes.length; i += 1) {
    const code = codes[i] ?? 0
    if (code === 38 || code === 48) {
      const { colour, length } = extendedColour(codes.slice(i + 1))
      style = code === 38 ? { ...style, colour } : { ...style, ground: colour }
      i += length
    } else style = code === 0 ? {} : { ...style, ...changeOf(code) }
  }
  return style
}

function changeOf(code: number): Style {
  if (code >= 30 && code <= 37) return { colour: COLOURS[code - 30] }
  if (code >= 90 && code <= 97) return { colour: COLOURS[code - 90] }
  if (code >= 40 && code <= 47) return { ground: COLOURS[code - 40] }
  if (code >= 100 && code <= 107) return { ground: COLOURS[code - 100] }
  return CHANGES[code] ?? {}
}

const CHANGES: Readonly<Record<number, Style>> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  9: { strike: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  29: { strike: false },
  39: { colour: undefined },
  49: { ground: undefined },
}

/** `5;n` of the 256 colours or `2;r;g;b`, as the nearest of the eight the page has tokens for. */
function extendedColour([kind, ...rest]: readonly number[]): { colour: Colour | undefined; length: number } {
  if (kind === 5) return { colour: colour256(rest[0] ?? 0), length: 2 }
  if (kind === 2) return { colour: nearest(rest[0] ?? 0, rest[1] ?? 0, rest[2] ?? 0), length: 4 }
  return { colour: undefined, length: 1 }
}

function colour256(n: number): Colour | undefined {
  if (n < 16) return COLOURS[n % 8]
  if (n >= 232) return n < 244 ? 'black' : 'white'
  const cube = n - 16
  const part = (level: number) => (level === 0 ? 0 : 55 + 40 * level)
  return nearest(part(Math.floor(cube / 36)), part(Math.floor(cube / 6) % 6), part(cube % 6))
}

/** Of the eight, each being all or nothing of red, green and blue. */
function nearest(red: number, green: number, blue: number): Colour | undefined {
  const most = Math.max(red, green, blue)
  const on = (part: number) => (part > most / 2 ? 1 : 0)
  return most < 48 ? 'black' : COLOURS[on(red) + 2 * on(green) + 4 * on(blue)]
}

function classesOf(style: Style): string {
  const [colour, ground] =
    style.inverse === true ? [style.ground, style.colour] : [style.colour, style.ground]
  const names = [
    colour !== undefined && `ansi-${colour}`,
    ground !== undefined && `ansi-on-${ground}`,
    style.inverse === true && ground === undefined && 'ansi-inverse',
    style.bold === true && 'font-bold',
    style.dim === true && 'text-faint',
    style.italic === true && 'italic',
    style.underline === true && 'underline',
    style.strike === true && 'line-through',
  ]
  return names.filter((name) => name !== false).join(' ')
}
