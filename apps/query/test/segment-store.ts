import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EventBatchBuilder, type LogEvent } from '@heartwood/event'
import { type LogWriter, openSegmentsWriter } from '@heartwood/log-store'

/** A segment store in a folder of its own, which a test appends to as the indexer does. */
export interface Store extends AsyncDisposable {
  readonly dataDir: string
  append(events: readonly LogEvent[]): Promise<void>
}

export async function openStore(): Promise<Store> {
  const dataDir = await mkdtemp(join(tmpdir(), 'heartwood-query-'))
  const writer: LogWriter = await openSegmentsWriter({
    dir: join(dataDir, 'store'),
    retentionDays: 30_000,
    maxBytes: 1e9,
  })
  let position: bigint | null = null
  return {
    dataDir,
    async append(events) {
      const builder = new EventBatchBuilder()
      for (const event of events) builder.add(event)
      const from = position
      const to = (from ?? 0n) + 1n
      await writer.append({ partition: 0, from, to, events: builder.finish(), deadLetters: [], batches: [] })
      position = to
    },
    async [Symbol.asyncDispose]() {
      await writer.close()
      await rm(dataDir, { recursive: true })
    },
  }
}
