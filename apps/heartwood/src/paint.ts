import { styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

/** Puts a named colour around text, or not: `dim`, `bold`, `accent`, or a level. Unknown names leave it plain. */
export type Paint = (role: string, text: string) => string

const STYLES: ReadonlyMap<string, Style> = new Map<string, Style>([
  ['dim', 'dim'],
  ['bold', 'bold'],
  ['accent', 'cyan'],
  ['trace', 'gray'],
  ['debug', 'gray'],
  ['info', 'green'],
  ['warn', 'yellow'],
  ['error', 'red'],
  ['fatal', ['bold', 'red']],
])

/** Colours for a stream: only on a terminal, and not where NO_COLOR or a dumb terminal says otherwise. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  return (role, text) => {
    const style = STYLES.get(role)
    return style === undefined || text === '' ? text : styleText(style, text, { stream })
  }
}
