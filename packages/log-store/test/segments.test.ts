import { afterAll } from 'vitest'
import { logStoreContract, type OpenStore } from '../src/contract.ts'
import type { LogWriter } from '../src/port.ts'
import { localFiles } from '../src/segments/files/durable-files.ts'
import { openSegmentsReader, type SegmentsReaderOptions } from '../src/segments/open-reader.ts'
import { openSegmentsWriter, type SegmentsWriterOptions } from '../src/segments/open-writer.ts'
import type { SegmentsLogWriter } from '../src/segments/writer.ts'
import { AppenderThread } from './segments/appender-thread.ts'
import { temporaryFolder } from './segments/store-content.ts'
import { reopening } from './stores/reopening.ts'

/** Opens stores of segments, and what takes the place of their writer. */
function segments(
  settings: Partial<SegmentsWriterOptions>,
  use: (writer: SegmentsLogWriter) => LogWriter | Promise<LogWriter> = (writer) => writer,
  reading: Partial<SegmentsReaderOptions> = {},
): OpenStore<LogWriter> {
  return async (store) => {
    const folder = await temporaryFolder()
    const { dir } = folder
    return reopening(
      async () => {
        const writer = await openSegmentsWriter({
          dir,
          ...store,
          maxBytes: 1e9,
          ballastBytes: 0,
          ...settings,
        })
        return {
          writer: await use(writer),
          reader: await openSegmentsReader({ dir, waiting: 1000, ...reading }),
        }
      },
      () => folder[Symbol.asyncDispose](),
    )
  }
}

/** A writer that merges all it can after each commit. */
function tidied(writer: SegmentsLogWriter): LogWriter {
  return {
    ...methodsOf(writer),
    async append(append) {
      const applied = await writer.append(append)
      while (await writer.maintain());
      return applied
    },
  }
}

/** A writer to which another thread appends. */
async function appendedTo(writer: SegmentsLogWriter, thread: AppenderThread): Promise<LogWriter> {
  const appender = await thread.connect(writer)
  return {
    ...methodsOf(writer),
    append: (append) => appender.append(append),
    show: (show) => appender.show(show),
    seenBatches: (partition, batchIds) => appender.seenBatches(partition, batchIds),
    onFlush: (listener) => appender.onFlush(listener),
    async close() {
      await appender.close()
      await writer.close()
    },
  }
}

function methodsOf(writer: LogWriter): LogWriter {
  return {
    append: (append) => writer.append(append),
    show: (show) => writer.show(show),
    onFlush: (listener) => writer.onFlush(listener),
    position: (partition) => writer.position(partition),
    seenBatches: (partition, batchIds) => writer.seenBatches(partition, batchIds),
    check: (events) => writer.check(events),
    delete: (request) => writer.delete(request),
    dismissDeadLetters: (filter) => writer.dismissDeadLetters(filter),
    enforceRetention: (now) => writer.enforceRetention(now),
    maintain: () => writer.maintain(),
    stats: () => writer.stats(),
    close: () => writer.close(),
  }
}

logStoreContract('segments', segments({}))

logStoreContract(
  'segments, merged and checkpointed after every commit',
  segments(
    // With files of its own the writer merges in this thread: one for each commit would take long.
    {
      files: localFiles,
      rollBytes: 1,
      merge: { maxRows: 100_000, maxBytes: 1e8, maxCells: 1e9, fanIn: 2 },
      grace: 0n,
    },
    tidied,
    // Everything that counts are too coarse for goes to DuckDB.
    { edgeRows: 0 },
  ),
)

const thread = new AppenderThread()
afterAll(() => thread[Symbol.asyncDispose]())

logStoreContract(
  'segments, appended to by another thread',
  segments({}, (writer) => appendedTo(writer, thread)),
)
