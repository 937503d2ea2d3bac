import { CommandError } from '../command-error.ts'
import { timeInput } from './time-option.ts'

/** The flags that say which dead letters. */
export interface LetterFlags {
  readonly door?: string
  readonly step?: string
  readonly reason?: string
  readonly batch?: string
  readonly since?: string
  readonly until?: string
}

export interface ChoiceFlags extends LetterFlags {
  readonly id?: string
  readonly all?: true
}

/** As the API takes them. */
export function letterFilter(flags: LetterFlags) {
  const { door, step, reason, batch: batch_id, since, until } = flags
  return {
    door,
    step,
    reason,
    batch_id,
    from_time: since === undefined ? undefined : timeInput(since),
    to_time: until === undefined ? undefined : timeInput(until),
  }
}

/** The same for what changes letters, which has no default. */
export function letterChoice(flags: ChoiceFlags) {
  const choice = { ...letterFilter(flags), id: flags.id, all: flags.all }
  if (Object.values(choice).every((value) => value === undefined))
    throw new CommandError(
      'Say which letters: --id, or --door, --step, --reason, --batch, --since; or --all.',
    )
  return choice
}

export function letters(count: number): string {
  return `${count.toLocaleString('en-US')} dead ${count === 1 ? 'letter' : 'letters'}`
}
