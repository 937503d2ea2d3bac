import { join } from 'node:path'
import type { BatchReceipt } from '../../port.ts'
import type { DurableFiles } from '../files/durable-files.ts'
import type { ManifestState } from './manifest-state.ts'
import { findReceipt } from './receipt-file.ts'
import { readSide, receiptsDirectory } from './side-files.ts'

/** The receipt of a batch that the store remembers, newest first. */
export async function findBatch(
  files: DurableFiles,
  dir: string,
  state: ManifestState,
  batchId: string,
): Promise<BatchReceipt | undefined> {
  const logged = state.receipts.findLast(({ entry }) => entry[0] === batchId)
  if (logged !== undefined) {
    const [batch_id, received_at, events, dead_letters] = logged.entry
    return { batch_id, received_at, events, dead_letters }
  }
  for (const info of state.receiptFiles.toReversed()) {
    const bytes = await readSide(files, join(receiptsDirectory(dir), info.file), info)
    const receipt = findReceipt(bytes, batchId)
    if (receipt !== undefined) return receipt
  }
  return undefined
}
