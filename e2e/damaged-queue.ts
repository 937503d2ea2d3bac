import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RecordHeader } from '@heartwood/event'
import { openDiskPublisher } from '@heartwood/queue'

/** Flips a bit in the queue record that holds this text, while Heartwood does not run. */
export async function damageRecord(queueDir: string, text: string): Promise<void> {
  for (const entry of await readdir(queueDir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const bytes = await readFile(path)
    const at = bytes.indexOf(text)
    if (at < 0) continue
    bytes[at] = (bytes[at] ?? 0) ^ 1
    return writeFile(path, bytes)
  }
  throw new Error(`no queue file holds ${text}`)
}

/** Writes records into the queue as an ingest app would that counts wrongly, while Heartwood does not run. */
export async function publishMiscounted(queueDir: string, bodies: readonly Buffer[]): Promise<void> {
  const publisher = await openDiskPublisher({ dir: queueDir, reserveBytes: 0 })
  for (const [index, body] of bodies.entries()) {
    const header: RecordHeader = {
      version: 1,
      door: 'json',
      framing: 'ndjson',
      encoding: 'identity',
      received_at: String(BigInt(Date.now()) * 1_000_000n),
      batch_id: `miscounted-${index}`,
      client_batch: true,
      defaults: { service: 'shop' },
      records: 2,
      refused: [],
      bytes: body.length,
    }
    await publisher.publish(`key-${index}`, header, body)
  }
  await publisher.close()
}
