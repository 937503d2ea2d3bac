import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Keeps the body of a record that was acknowledged and that the target takes at no time, so that none of its bytes are
 * lost: fsynced, in a file named after its place in the spool. Writing it again makes the same file. Resolves to its path.
 */
export async function setAside(folder: string, position: bigint, body: Uint8Array): Promise<string> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, `${position}.body`)
  await using file = await open(path, 'w')
  await file.writeFile(body)
  await file.sync()
  await using directory = await open(folder)
  await directory.sync()
  return path
}
