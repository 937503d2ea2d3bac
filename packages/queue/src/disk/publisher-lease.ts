import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Disk, DiskFile } from './operations.ts'

/**
 * Who may publish. A new publisher puts its own file in the place of the old one's; the old one sees that its file has
 * lost its name and acknowledges nothing more. It looks *after* each sync: whatever it still acknowledges was
 * therefore on disk before the newcomer took over, and the newcomer finds it when it looks for the end of the records.
 */
export interface PublisherLease {
  held(): boolean
  close(): Promise<void>
}

export async function takeLease(disk: Disk, dir: string): Promise<PublisherLease> {
  const temporary = join(dir, `publisher-${randomUUID()}.tmp`)
  const file: DiskFile = await disk.create(temporary)
  try {
    await disk.rename(temporary, join(dir, 'publisher'))
  } catch (error) {
    await file.close()
    throw error
  }
  return { held: () => file.names() > 0, close: () => file.close() }
}
