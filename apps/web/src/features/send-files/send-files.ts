import {
  type Batch,
  beginningOf,
  continued,
  DocumentTooLong,
  LineBatches,
  SENDING_LIMITS,
  wholeDocument,
} from '@heartwood/doors/sending'
import { deliver } from './deliver.ts'
import { readFile, UnreadableFile } from './read-file.ts'

export interface FileProblem {
  readonly file: string
  readonly reason: string
}

/** How far the sending came. */
export interface SendingState {
  /** Bytes of the files, packed as they are. */
  readonly readBytes: number
  readonly totalBytes: number
  readonly accepted: number
  readonly rejected: number
  /** The first ones. */
  readonly problems: readonly FileProblem[]
  /** Why the next try waits; undefined while nothing waits. */
  readonly waiting: string | undefined
  /** Of each file the first batch that was taken, and of all the last. */
  readonly firstBatches: readonly string[]
  readonly lastBatch: string | undefined
}

export interface SendingOptions {
  readonly service: string
  readonly signal: AbortSignal
  /** Of this sending; a body that is sent again under it is found once. */
  readonly run: string
  onProgress(state: SendingState): void
}

const MAX_PROBLEMS = 20

/**
 * Sends files one after the other. What cannot be read or is refused for good is a problem in the state, and the next file
 * goes on; while the server is full or away the same body is sent again. Throws only where `signal` ends it.
 */
export async function sendFiles(files: readonly File[], options: SendingOptions): Promise<SendingState> {
  const url =
    options.service === '' ? '/ingest' : `/ingest?${new URLSearchParams({ service: options.service })}`
  let state: SendingState = {
    readBytes: 0,
    totalBytes: files.reduce((sum, { size }) => sum + size, 0),
    accepted: 0,
    rejected: 0,
    problems: [],
    waiting: undefined,
    firstBatches: [],
    lastBatch: undefined,
  }
  const update = (change: Partial<SendingState>): void => {
    state = { ...state, ...change }
    options.onProgress(state)
  }
  const addProblem = (file: string, reason: string): void => {
    if (state.problems.length < MAX_PROBLEMS) update({ problems: [...state.problems, { file, reason }] })
  }
  let sequence = 0

  async function send(file: File, batch: Batch, isFirst: boolean): Promise<void> {
    const { batchId, counts } = await deliver(batch.body, {
      url,
      key: `${options.run}-${++sequence}`,
      signal: options.signal,
      onWait: (waiting) => update({ waiting }),
    })
    for (const { index, reason } of counts.errors)
      addProblem(file.name, `record ${index + 1} of a batch: ${reason}`)
    update({
      accepted: state.accepted + counts.accepted,
      rejected: state.rejected + counts.rejected,
      waiting: undefined,
      ...(batchId !== undefined && {
        firstBatches: isFirst ? [...state.firstBatches, batchId] : state.firstBatches,
        lastBatch: batchId,
      }),
    })
  }

  for (const file of files) {
    const before = state.readBytes
    try {
      const chunks = readFile(file, (bytes) => update({ readBytes: state.readBytes + bytes }))
      const onTooLong = (line: number) => {
        addProblem(file.name, `line ${line} is longer than 1 MB`)
        update({ rejected: state.rejected + 1 })
      }
      let isFirst = true
      for await (const batch of batchesOf(chunks, onTooLong, options.signal)) {
        await send(file, batch, isFirst)
        isFirst = false
      }
    } catch (error) {
      options.signal.throwIfAborted()
      if (error instanceof UnreadableFile) addProblem(file.name, error.message)
      else if (error instanceof DocumentTooLong) addProblem(file.name, `is ${error.message}`)
      else throw error
    }
    update({ readBytes: before + file.size })
  }
  return state
}

async function* batchesOf(
  chunks: AsyncIterable<Uint8Array>,
  onTooLong: (line: number) => void,
  signal: AbortSignal,
): AsyncGenerator<Batch> {
  const beginning = await beginningOf(chunks, signal)
  if (beginning.shape === 'document') return yield await wholeDocument(beginning)
  const lines = new LineBatches({ ...SENDING_LIMITS, onTooLong })
  for await (const chunk of continued(beginning)) yield* lines.add(chunk)
  yield* lines.endLine()
  yield* lines.takeAll()
}
