import {
  type Batch,
  beginningOf,
  continued,
  DocumentTooLong,
  SENDING_LIMITS,
  wholeDocument,
} from '@heartwood/doors/sending'
import { CommandError } from '../command-error.ts'
import { cutBatches } from './cut-batches.ts'
import type { LogSource } from './log-source.ts'

const FLUSH_MS = 1_000

export interface BatchOptions {
  readonly signal: AbortSignal
  /** Told of each line that is longer than a record may be, and so left out. */
  readonly onTooLong: (line: number) => void
}

/** A source as batches: cut at line ends, or whole if it is one JSON document. */
export async function* batchesOf(source: LogSource, options: BatchOptions): AsyncGenerator<Batch, void> {
  const beginning = await beginningOf(source.chunks, options.signal)
  if (beginning.shape !== 'document') {
    yield* cutBatches(continued(beginning), { ...options, ...SENDING_LIMITS, flushMs: FLUSH_MS })
    return
  }
  try {
    yield await wholeDocument(beginning)
  } catch (error) {
    if (error instanceof DocumentTooLong) throw new CommandError(`${source.name} is ${error.message}.`)
    throw error
  }
}
