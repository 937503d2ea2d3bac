import { setTimeout as pause } from 'node:timers/promises'
import type { ReplayOutput } from '@heartwood/api'
import { ROUTES } from '@heartwood/api/routes'
import { CommandError } from '../command-error.ts'
import { writeLine } from '../standard-output.ts'
import { terminalText } from '../terminal-text.ts'
import { ask } from './ask.ts'
import type { Connection } from './connection.ts'
import { type ChoiceFlags, letterChoice, letters } from './letter-choice.ts'

export interface ReplayOptions extends ChoiceFlags {
  readonly dryRun?: true
  readonly json?: true
}

const POLL_MILLIS = 300

/** `heartwood dead-letters replay`: tries letters again and waits for what becomes of them. */
export async function replayLetters(connection: Connection, options: ReplayOptions): Promise<void> {
  const begun = await ask(connection, ROUTES.replayDeadLetters, {
    ...letterChoice(options),
    dry_run: options.dryRun === true,
  })
  const ended = await outcomeOf(connection, begun)
  if (options.json === true) return writeLine(JSON.stringify(ended))
  if (ended.state === 'counted') {
    await writeLine(`${letters(ended.replayable)} would be replayed${restOf(ended)}.`)
    return
  }
  await writeLine(
    `${letters(ended.queued)} replayed: ${ended.replayed.toLocaleString('en-US')} gone, ${ended.failed_again.toLocaleString('en-US')} failed again${restOf(ended)}.`,
  )
  if (ended.error !== null)
    throw new CommandError(`The others are letters as before: ${terminalText(ended.error)}`)
}

async function outcomeOf(connection: Connection, begun: ReplayOutput): Promise<ReplayOutput> {
  const id = begun.replay_id
  if (id === null) return begun
  for (;;) {
    const now = await ask(connection, { ...ROUTES.replay, path: replayPath(id) }, {})
    if (now.state === 'done' || now.state === 'failed') return now
    await pause(POLL_MILLIS)
  }
}

function replayPath(id: string) {
  return `/api/v1/dead-letters/replays/${encodeURIComponent(id)}` as const
}

/** Letters that keep nothing to replay. */
function restOf({ matched, replayable }: ReplayOutput): string {
  const rest = matched - replayable
  return rest === 0 ? '' : `; ${letters(rest)} cannot be`
}
