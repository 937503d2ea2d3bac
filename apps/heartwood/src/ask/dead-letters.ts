import { ROUTES } from '@heartwood/api/routes'
import { paintFor } from '../paint.ts'
import { writeLine } from '../standard-output.ts'
import { terminalText } from '../terminal-text.ts'
import { ask } from './ask.ts'
import type { Connection } from './connection.ts'
import { type LetterFlags, letterFilter } from './letter-choice.ts'

export interface DeadLettersOptions extends LetterFlags {
  readonly limit: number
  readonly json?: true
}

const PAGE = 1_000
/** Of what was sent, on a line; --json has more. */
const SAMPLE_LENGTH = 200

/** `heartwood dead-letters`: what could not become a log, and why, newest first. */
export async function deadLetters(connection: Connection, options: DeadLettersOptions): Promise<void> {
  const paint = paintFor(process.stdout)
  let shown = 0
  let total = 0
  let before: string | undefined
  while (shown < options.limit) {
    const limit = Math.min(PAGE, options.limit - shown)
    const page = await ask(connection, ROUTES.deadLetters, { ...letterFilter(options), limit, before })
    for (const letter of page.items) {
      await writeLine(
        options.json === true
          ? JSON.stringify(letter)
          : [
              paint('dim', terminalText(letter.at)),
              paint('accent', `${terminalText(letter.door)}/${terminalText(letter.step)}`),
              paint('error', terminalText(letter.reason)),
              ...(letter.records > 1 ? [`(${letter.records} records)`] : []),
              ...(letter.attempts > 1 ? [`(tried ${letter.attempts} times)`] : []),
              terminalText(letter.sample.slice(0, SAMPLE_LENGTH)),
            ].join(' '),
      )
    }
    total = page.matching
    shown += page.items.length
    if (page.next_before === null || page.items.length === 0) break
    before = page.next_before
  }
  if (options.json !== true) {
    const summary = `${shown.toLocaleString('en-US')} shown of ${total.toLocaleString('en-US')}`
    process.stderr.write(`${paintFor(process.stderr)('dim', summary)}\n`)
  }
}
