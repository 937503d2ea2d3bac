import { constants } from 'node:os'
import { onInterrupt } from '@heartwood/runtime/interrupt'
import { type Progress, progressOn } from './progress.ts'

/** What a command runs with. */
export interface CommandRun {
  /** Aborts when somebody interrupts it. */
  readonly signal: AbortSignal
  /** What is opened; closed when it ends, however it ends. */
  readonly closing: AsyncDisposableStack
  /** Shown on standard error. */
  readonly progress: Progress
}

/** As shells tell what a signal has ended. */
const INTERRUPTED = 128 + constants.signals.SIGINT

/**
 * Runs a command of the command line to its end. What it throws is printed as one sentence, and the exit code is 1 then; 130
 * where somebody interrupted it. Who interrupts it twice does not wait until all is closed.
 * @param interrupted what is said where somebody interrupts it, by how far it has got
 */
export async function runCommand(
  interrupted: () => string,
  command: (run: CommandRun) => Promise<void>,
): Promise<void> {
  const stop = new AbortController()
  using _ = onInterrupt({
    first: () => stop.abort(new Error('interrupted')),
    again: () => process.exit(INTERRUPTED),
  })
  const progress = progressOn(process.stderr)
  const error = await errorOf(command, { signal: stop.signal, progress })
  progress.clear()
  if (error === undefined) return
  progress.say(stop.signal.aborted ? interrupted() : sentenceOf(error))
  // What an interrupted command has left undone is waited for no more.
  if (stop.signal.aborted) process.exit(INTERRUPTED)
  process.exitCode = 1
}

async function errorOf(
  command: (run: CommandRun) => Promise<void>,
  run: Omit<CommandRun, 'closing'>,
): Promise<unknown> {
  let failed: unknown
  try {
    await using closing = new AsyncDisposableStack()
    await command({ ...run, closing }).catch((error: unknown) => {
      failed = error
    })
  } catch (error) {
    // What cannot be closed matters to nobody where the command has failed already.
    failed ??= error
  }
  return failed
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
