import { readFile, rename, writeFile } from 'node:fs/promises'
import { z } from 'zod'

const Drained = z.object({ position: z.string().regex(/^\d+$/) })

/**
 * How far the spool has been sent on, in a file of its own. It is not fsynced: where it is lost or old, what it would
 * have told is sent once more under the same headers, which harms nobody.
 */
export interface DrainedPosition {
  read(): Promise<bigint | null>
  write(position: bigint): Promise<void>
}

export function drainedPosition(file: string): DrainedPosition {
  return {
    async read() {
      try {
        return BigInt(Drained.parse(JSON.parse(await readFile(file, 'utf8'))).position)
      } catch {
        return null
      }
    },
    async write(position) {
      await writeFile(`${file}.tmp`, JSON.stringify({ position: String(position) }))
      await rename(`${file}.tmp`, file)
    },
  }
}
