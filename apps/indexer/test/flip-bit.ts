import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Flips a bit of the queue record that holds the marker. */
export async function flipBit(queueDir: string, marker: string): Promise<void> {
  for (const partition of ['0', '1']) {
    for (const name of await readdir(join(queueDir, partition))) {
      const path = join(queueDir, partition, name)
      const bytes = await readFile(path)
      const at = bytes.indexOf(marker)
      if (at < 0) continue
      bytes[at] = (bytes[at] ?? 0) ^ 1
      await writeFile(path, bytes)
      return
    }
  }
  throw new Error('the record to damage is not in the queue')
}
