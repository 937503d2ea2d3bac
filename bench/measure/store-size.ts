import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { openSegmentsWriter } from '@heartwood/log-store'

export interface StoreSize {
  readonly events: number
  readonly segments: number
  /** By what the files are. */
  readonly bytes: Readonly<Record<StoreFile, number>>
}

export type StoreFile = 'parquet' | 'idx' | 'manifest' | 'receipts' | 'deadLetters' | 'ballast' | 'other'

/** What a store holds that no process has open; opening it also removes what merges left behind. */
export async function storeSize(dataDir: string): Promise<StoreSize> {
  const dir = join(dataDir, 'store')
  const writer = await openSegmentsWriter({ dir, retentionDays: 30, maxBytes: 1e12 })
  const { events, segments } = writer.stats()
  await writer.close()
  const bytes: Record<StoreFile, number> = {
    parquet: 0,
    idx: 0,
    manifest: 0,
    receipts: 0,
    deadLetters: 0,
    ballast: 0,
    other: 0,
  }
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    bytes[fileOf(path.slice(dir.length + 1))] += statSync(path).size
  }
  return { events, segments, bytes }
}

/** @param path below the store's folder */
export function fileOf(path: string): StoreFile {
  if (path.endsWith('.parquet')) return 'parquet'
  if (path.endsWith('.idx')) return 'idx'
  switch (path.split('/')[0]) {
    case 'manifest':
    case 'shards':
      return 'manifest'
    case 'receipts':
      return 'receipts'
    case 'dead-letters':
      return 'deadLetters'
    case 'ballast':
      return 'ballast'
    default:
      return 'other'
  }
}
