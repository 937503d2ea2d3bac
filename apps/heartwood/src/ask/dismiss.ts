import { ROUTES } from '@heartwood/api/routes'
import { writeLine } from '../standard-output.ts'
import { ask } from './ask.ts'
import { confirm } from './confirm.ts'
import type { Connection } from './connection.ts'
import { type ChoiceFlags, letterChoice, letters } from './letter-choice.ts'

export interface DismissOptions extends ChoiceFlags {
  readonly dryRun?: true
  readonly yes?: true
  readonly json?: true
}

/** `heartwood dead-letters dismiss`: counts, asks, removes. Without a terminal to ask on it needs --yes. */
export async function dismissLetters(connection: Connection, options: DismissOptions): Promise<void> {
  const choice = letterChoice(options)
  // What comes after the question was not counted.
  const which = { ...choice, to_time: choice.to_time ?? new Date().toISOString() }
  const { matched } = await ask(connection, ROUTES.dismissDeadLetters, { ...which, dry_run: true })
  if (options.dryRun !== true && options.yes !== true)
    await confirm(`Dismiss ${letters(matched)} for good?`, 'Nothing was dismissed.')
  const outcome =
    options.dryRun === true
      ? { matched, dismissed: 0, dry_run: true }
      : await ask(connection, ROUTES.dismissDeadLetters, { ...which, dry_run: false })
  if (options.json === true) return writeLine(JSON.stringify(outcome))
  const { dismissed } = outcome
  await writeLine(
    options.dryRun === true ? `${letters(matched)} would be dismissed.` : `${letters(dismissed)} dismissed.`,
  )
}
