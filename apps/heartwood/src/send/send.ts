import { onInterrupt } from '@heartwood/runtime/interrupt'
import type { Connection } from '../ask/connection.ts'
import { CommandError } from '../command-error.ts'
import { batchesOf } from './batches.ts'
import { delivery } from './deliver.ts'
import { fileSources, type LogSource, standardInput } from './log-source.ts'
import { progressOf } from './progress.ts'
import { addDelivered, addTooLong, describeReport, emptyReport } from './report.ts'

export interface SendOptions {
  readonly service?: string
  readonly environment?: string
  readonly hostname?: string
  readonly json?: true
}

/**
 * `heartwood send`: sends files, or standard input while it comes in, in batches that are never stored twice. Resolves to
 * the exit code: 0 if everything that was read was taken, else 1. Ctrl-C ends the reading, sends what was read, and says
 * how far it came.
 */
export async function send(
  connection: Connection,
  files: readonly string[],
  options: SendOptions,
): Promise<number> {
  if (files.length === 0 && process.stdin.isTTY === true) {
    throw new CommandError('Name a file, or pipe logs in: heartwood send app.log, or my-app | heartwood send')
  }
  const sources = files.length === 0 ? [standardInput()] : await fileSources(files)
  const begun = performance.now()
  const reading = new AbortController()
  const waiting = new AbortController()
  const progress = progressOf(sources)
  using _ = onInterrupt({
    first: () => reading.abort(),
    again: () => waiting.abort(new CommandError('Ended before the last batch was confirmed.')),
  })
  const { send: deliver } = delivery(connection, {
    ...options,
    signal: waiting.signal,
    onWait: (reason) => progress.note(`${reason} Trying again.`),
  })

  const report = emptyReport()
  let failure: CommandError | undefined
  let unread = 0
  try {
    for (const source of sources) {
      if (reading.signal.aborted) unread++
      else await sendSource(source)
    }
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    failure = error
  } finally {
    progress.end()
  }

  async function sendSource(source: LogSource): Promise<void> {
    const batches = batchesOf(source, {
      signal: reading.signal,
      onTooLong: (line) => addTooLong(report, source, line),
    })
    // The next batch is read and packed while the one before is on its way.
    let onItsWay: Promise<void> = Promise.resolve()
    try {
      for await (const batch of batches) {
        await onItsWay
        onItsWay = deliver(batch.body).then((delivered) => {
          addDelivered(report, source, batch, delivered)
          progress.update(source, report.accepted + report.refused)
        })
        onItsWay.catch(() => {})
      }
    } finally {
      source.close()
      await onItsWay
    }
  }

  const cutShort = reading.signal.aborted && files.length > 0
  const seconds = (performance.now() - begun) / 1000
  const state = failure !== undefined || cutShort ? 'Not everything was sent' : 'Sent'
  if (options.json === true) {
    const complete = failure === undefined && !cutShort
    const { accepted, refused: rejected, batches, errors } = report
    process.stdout.write(`${JSON.stringify({ complete, accepted, rejected, seconds, batches, errors })}\n`)
  } else {
    for (const line of describeReport(report, { seconds, state })) process.stdout.write(`${line}\n`)
  }
  if (cutShort) {
    process.stderr.write(
      `Stopped by you${unread > 0 ? `, before ${unread} of ${sources.length} files were begun` : ''}; sending again stores the same lines again.\n`,
    )
  }
  if (failure !== undefined) process.stderr.write(`${failure.message}\n`)
  return failure === undefined && !cutShort && report.refused === 0 ? 0 : 1
}
