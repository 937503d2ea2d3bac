import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { DeadLetter } from '@heartwood/event'
import { LogStoreError } from '../../port.ts'
import { type DurableFiles, writeWhole } from '../files/durable-files.ts'
import { expiredFiles, newestOf, type WindowLimits } from './batch-window.ts'
import { encodeDeadLetters, oldestOf } from './dead-letter-file.ts'
import type { DeadLetterFileInfo, ReceiptFileInfo } from './manifest-format.ts'
import type { LoggedReceipt } from './manifest-state.ts'
import { decodeReceipts, encodeReceipts, type StoredReceipt, storedReceipt } from './receipt-file.ts'

/** A file below this is written anew with what comes next, so that there are few. */
const SMALL_RECEIPT_FILE = 65_536

export function shardsDirectory(dir: string): string {
  return join(dir, 'shards')
}

export function receiptsDirectory(dir: string): string {
  return join(dir, 'receipts')
}

export function deadLettersDirectory(dir: string): string {
  return join(dir, 'dead-letters')
}

/** What came of moving something out of the log: the files from now on, and those that are needed no more. */
export interface MovedFiles<Info> {
  readonly files: readonly Info[]
  readonly created: readonly string[]
  readonly obsolete: readonly string[]
}

/** Hashes of the receipt files that were made, for the window in memory. */
export interface MovedReceipts extends MovedFiles<ReceiptFileInfo> {
  readonly made: readonly { readonly info: ReceiptFileInfo; readonly receipts: readonly StoredReceipt[] }[]
}

/** Writes the receipts of the log into files, one for each partition, and forgets what fell out of the window. */
export async function moveReceipts(
  files: DurableFiles,
  dir: string,
  current: readonly ReceiptFileInfo[],
  logged: readonly LoggedReceipt[],
  limits: WindowLimits,
  nextName: () => string,
): Promise<MovedReceipts> {
  const directory = receiptsDirectory(dir)
  const made: { info: ReceiptFileInfo; receipts: StoredReceipt[] }[] = []
  const kept = [...current]
  const obsolete: ReceiptFileInfo[] = []
  for (const [partition, entries] of Map.groupBy(logged, (receipt) => receipt.partition)) {
    const receipts = entries.map(({ entry: [batch_id, received_at, events, dead_letters] }) =>
      storedReceipt({ batch_id, received_at, events, dead_letters }),
    )
    const last = kept.findLast((file) => file.partition === partition)
    if (last !== undefined && last.count < SMALL_RECEIPT_FILE) {
      receipts.push(...decodeReceipts(await readSide(files, join(directory, last.file), last)))
      kept.splice(kept.indexOf(last), 1)
      obsolete.push(last)
    }
    const file = `p${partition}-${nextName()}.bin`
    const { bytes, crc } = encodeReceipts(receipts)
    await writeWhole(files, join(directory, file), bytes)
    const newest = newestOf(receipts.map((receipt) => receipt.receivedAt))
    const info = { file, partition, count: receipts.length, bytes: bytes.length, crc, newest }
    made.push({ info, receipts })
    kept.push(info)
  }
  for (const partitionFiles of Map.groupBy(kept, (file) => file.partition).values()) {
    obsolete.push(...expiredFiles(partitionFiles, limits))
  }
  if (made.length > 0) await files.syncDirectory(directory)
  return {
    files: kept.filter((file) => !obsolete.includes(file)),
    made,
    created: made.map(({ info }) => join(directory, info.file)),
    obsolete: obsolete.map(({ file }) => join(directory, file)),
  }
}

/** Durable but for its name, which needs `syncDirectory`. */
export async function writeDeadLetters(
  files: DurableFiles,
  dir: string,
  letters: readonly DeadLetter[],
  name: string,
): Promise<DeadLetterFileInfo> {
  const file = `${name}.ndjson`
  const { bytes, crc } = encodeDeadLetters(letters)
  await writeWhole(files, join(deadLettersDirectory(dir), file), bytes)
  const oldest = oldestOf(letters)
  return { file, count: letters.length, bytes: bytes.length, crc, ...(oldest !== undefined && { oldest }) }
}

/** A whole file that the manifest names. Throws LogStoreError `corrupt` where it is missing or not what it was. */
export async function readSide(
  files: DurableFiles,
  path: string,
  info: { readonly bytes: number; readonly crc: number },
): Promise<Uint8Array> {
  const bytes = await files.read(path)
  if (bytes === undefined) throw new LogStoreError('corrupt', `${path} is missing`)
  if (bytes.length !== info.bytes || crc32(bytes) !== info.crc) {
    throw new LogStoreError('corrupt', `${path} does not hold what was written`)
  }
  return bytes
}
