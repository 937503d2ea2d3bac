import { logStoreContract, type OpenStore } from '../src/contract.ts'
import type { LogWriter } from '../src/port.ts'
import { localFiles } from '../src/segments/durable-files.ts'
import { openSegmentsReader, type SegmentsReaderOptions } from '../src/segments/open-reader.ts'
import { openSegmentsWriter, type SegmentsWriterOptions } from '../src/segments/open-writer.ts'
import { temporaryFolder } from './segments/store-content.ts'

/** Opens stores of segments; `tidy` runs after each commit. */
function segments(
  settings: Partial<SegmentsWriterOptions>,
  tidy: (writer: LogWriter) => Promise<void> = async () => undefined,
  reading: Partial<SegmentsReaderOptions> = {},
): OpenStore {
  return async ({ retentionDays }) => {
    const folder = await temporaryFolder()
    const { dir } = folder
    const openBoth = async () => {
      const writer = await openSegmentsWriter({
        dir,
        retentionDays,
        maxBytes: 1e9,
        ballastBytes: 0,
        ...settings,
      })
      return {
        writer: tidied(writer, tidy),
        reader: await openSegmentsReader({ dir, waiting: 1000, ...reading }),
      }
    }
    let { writer, reader } = await openBoth()
    const closeBoth = async () => {
      await reader.close()
      await writer.close()
    }
    return {
      get writer() {
        return writer
      },
      get reader() {
        return reader
      },
      async reopen() {
        await closeBoth()
        ;({ writer, reader } = await openBoth())
      },
      async [Symbol.asyncDispose]() {
        await closeBoth()
        await folder[Symbol.asyncDispose]()
      },
    }
  }
}

function tidied(writer: LogWriter, tidy: (writer: LogWriter) => Promise<void>): LogWriter {
  return {
    append: async (append) => {
      const applied = await writer.append(append)
      await tidy(writer)
      return applied
    },
    position: (partition) => writer.position(partition),
    seenBatches: (partition, batchIds) => writer.seenBatches(partition, batchIds),
    delete: (request) => writer.delete(request),
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
    async (writer) => {
      while (await writer.maintain());
    },
    // Everything that counts are too coarse for goes to DuckDB.
    { edgeRows: 0 },
  ),
)
