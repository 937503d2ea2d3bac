import { CommandError } from '../command-error.ts'
import { type Batch, cutBatches } from './cut-batches.ts'
import type { LogSource } from './log-source.ts'
import { shapeOf } from './whole-document.ts'

/** Below the smallest limit that ingest can be set to. */
const MAX_BATCH_BYTES = 1_000_000
const MAX_BATCH_LINES = 10_000
/** What ingest takes as one record; it would refuse a longer one by its index. */
const MAX_LINE_BYTES = 1_000_000
const FLUSH_MS = 1_000
/** A JSON document goes out whole. */
const MAX_DOCUMENT_BYTES = 32_000_000
/** How much of the start is looked at. */
const PEEK_BYTES = 256_000

export interface BatchOptions {
  readonly signal: AbortSignal
  /** Told of each line that is longer than a record may be, and so left out. */
  readonly onTooLong: (line: number) => void
}

/** A source as batches: cut at line ends, or whole if it is one JSON document. */
export async function* batchesOf(source: LogSource, options: BatchOptions): AsyncGenerator<Batch, void> {
  const input = source.chunks[Symbol.asyncIterator]()
  let start = Buffer.alloc(0)
  let ended = false
  let shape = shapeOf(start, ended)
  while (shape === 'unknown' && start.length < PEEK_BYTES && !options.signal.aborted) {
    const { done, value } = await input.next()
    ended = done === true
    if (!ended) start = Buffer.concat([start, value])
    shape = shapeOf(start, ended)
  }
  if (shape === 'document') return yield await wholeDocument(source.name, start, input)
  yield* cutBatches(continued(start, input), {
    ...options,
    maxBytes: MAX_BATCH_BYTES,
    maxLines: MAX_BATCH_LINES,
    maxLineBytes: MAX_LINE_BYTES,
    flushMs: FLUSH_MS,
  })
}

async function wholeDocument(name: string, start: Buffer, input: AsyncIterator<Buffer>): Promise<Batch> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of continued(start, input)) {
    pieces.push(piece)
    bytes += piece.length
    if (bytes > MAX_DOCUMENT_BYTES) {
      throw new CommandError(
        `${name} is one JSON document of more than ${MAX_DOCUMENT_BYTES / 1e6} MB: write one object per line first, for example with jq -c '.[]'.`,
      )
    }
  }
  return { body: Buffer.concat(pieces, bytes), firstLine: 1, lines: 0 }
}

async function* continued(start: Buffer, input: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (start.length > 0) yield start
  for (;;) {
    const { done, value } = await input.next()
    if (done === true) return
    yield value
  }
}
