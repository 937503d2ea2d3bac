/** What a command runs with. */
export interface CommandRun {
  /** Aborts when somebody interrupts it. */
  readonly signal: AbortSignal
  /** What is opened; closed when it ends, however it ends. */
  readonly closing: AsyncDisposableStack
}

/**
 * Runs a command of the command line to its end. What it throws is printed as one sentence, and the exit code is 1 then.
 * @param interrupted what SIGINT and SIGTERM end it with
 */
export async function runCommand(
  interrupted: string,
  command: (run: CommandRun) => Promise<void>,
): Promise<void> {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => stop.abort(new Error(interrupted)))
  await using closing = new AsyncDisposableStack()
  try {
    await command({ signal: stop.signal, closing })
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
