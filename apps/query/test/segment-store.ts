import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LogWriter, openSegmentsWriter } from '@heartwood/log-store'
import { appender, type TestApp } from './query-app.ts'

/** A segment store in a folder of its own, which a test appends to as the indexer does. */
export interface Store extends AsyncDisposable {
  readonly dataDir: string
  readonly append: TestApp['append']
}

export async function openStore(): Promise<Store> {
  const dataDir = await mkdtemp(join(tmpdir(), 'heartwood-query-'))
  const writer: LogWriter = await openSegmentsWriter({
    dir: join(dataDir, 'store'),
    retentionDays: 30_000,
    maxBytes: 1e9,
  })
  return {
    dataDir,
    append: appender(writer),
    async [Symbol.asyncDispose]() {
      await writer.close()
      await rm(dataDir, { recursive: true })
    },
  }
}
