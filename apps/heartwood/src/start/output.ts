import { type Paint, paintFor } from '../paint.ts'
import { terminalText } from '../terminal-text.ts'
import { renderAppLine } from './app-line.ts'

const NAME_WIDTH = 9

/** Everything `start` writes: lines of the apps and its own, each with the name of who speaks. */
export interface Output {
  app(name: string, text: string): void
  postgres(line: string): void
  say(line: string): void
  /** Without a name: the address and what to do next. */
  plain(line: string): void
}

/** Writes to `stream`; that the reader has gone (`npm start | head`) is no reason to stop. */
export function outputTo(stream: NodeJS.WriteStream, options: { readonly verbose: boolean }): Output {
  const paint = paintFor(stream)
  stream.on('error', () => {})
  const write = (name: string, text: string) =>
    stream.write(`${paint(NAME_ROLES[name] ?? 'accent', name.padEnd(NAME_WIDTH))} | ${text}\n`)
  return {
    app: (name, text) => write(name, renderAppLine(text, paint)),
    postgres(line) {
      const rendered = renderPostgresLine(line, paint, options.verbose)
      if (rendered !== undefined) write('postgres', rendered)
    },
    say: (line) => write('heartwood', terminalText(line)),
    plain: (line) => stream.write(`${line}\n`),
  }
}

const NAME_ROLES: Readonly<Record<string, string>> = { heartwood: 'bold' }

/** PostgreSQL tells its progress at level LOG: of interest only when asked for. */
function renderPostgresLine(line: string, paint: Paint, verbose: boolean): string | undefined {
  const [severity = ''] = line.split(':', 1)
  if (severity === 'LOG' && !verbose) return undefined
  const role = severity === 'WARNING' ? 'warn' : severity === 'LOG' ? 'dim' : 'error'
  return paint(role, terminalText(line))
}
