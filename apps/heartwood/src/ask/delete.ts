import { ROUTES } from '@heartwood/api/routes'
import { CommandError } from '../command-error.ts'
import { writeLine } from '../standard-output.ts'
import { terminalText } from '../terminal-text.ts'
import { ask } from './ask.ts'
import { confirm } from './confirm.ts'
import type { Connection } from './connection.ts'
import { timeInput } from './time-option.ts'

export interface DeleteOptions {
  readonly since?: string
  readonly from?: string
  readonly to?: string
  readonly dryRun?: true
  readonly yes?: true
  readonly json?: true
}

/** `heartwood delete`: counts, asks, deletes. Without a terminal to ask on it needs --yes. */
export async function deleteLogs(
  connection: Connection,
  query: string,
  options: DeleteOptions,
): Promise<void> {
  if (options.since !== undefined && (options.from !== undefined || options.to !== undefined)) {
    throw new CommandError('Give either --since, or --from and --to.')
  }
  // One end for both calls: what is counted is what is deleted.
  const to = options.to === undefined ? new Date().toISOString() : timeInput(options.to)
  const from = timeInput(options.since ?? options.from ?? 'beginning')
  const range = { query, from_time: from, to_time: to }

  const { matched } = await ask(connection, ROUTES.delete, { ...range, dry_run: true })
  if (options.dryRun === true) {
    await writeLine(
      options.json === true
        ? JSON.stringify({ matched, deleted: 0, dry_run: true })
        : `${logs(matched)} would be deleted.`,
    )
    return
  }
  if (options.yes !== true)
    await confirm(
      `Delete ${logs(matched)} found by ${terminalText(query)}, from ${from} to ${to}?`,
      'Nothing was deleted.',
    )
  const { deleted } = await ask(connection, ROUTES.delete, { ...range, dry_run: false })
  await writeLine(
    options.json === true
      ? JSON.stringify({ matched, deleted, dry_run: false })
      : `${logs(deleted)} deleted.`,
  )
}

function logs(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'log' : 'logs'}`
}
