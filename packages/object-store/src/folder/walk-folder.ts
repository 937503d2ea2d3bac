import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { compareKeys } from '../object-key.ts'
import type { ObjectInfo } from '../port.ts'
import { isErrorCode } from './durable-paths.ts'

/**
 * Objects below a folder in the order of the bytes of their keys: a folder stands where its name with a slash does, so
 * `a-b` comes before what is in `a`.
 * @param within key of the folder, '' for the root or ending with a slash
 */
export async function* walkFolder(
  root: string,
  within: string,
  prefix: string,
  after: string,
): AsyncGenerator<ObjectInfo> {
  const entries = await readdir(join(root, within), { withFileTypes: true }).catch((error: unknown) => {
    if (isErrorCode(error, 'ENOENT', 'ENOTDIR')) return []
    throw error
  })
  const keys = entries
    .filter((entry) => (entry.isDirectory() || entry.isFile()) && !entry.name.includes(RESERVED))
    .map((entry) => (entry.isDirectory() ? `${within}${entry.name}/` : `${within}${entry.name}`))
  for (const key of keys.sort(compareKeys)) {
    if (key.endsWith('/')) {
      const mayHold = key.startsWith(prefix) || prefix.startsWith(key)
      if (mayHold && (key > after || after.startsWith(key))) yield* walkFolder(root, key, prefix, after)
    } else if (key.startsWith(prefix) && key > after) {
      const size = await sizeOf(join(root, key))
      if (size !== undefined) yield { key, size }
    }
  }
}

/** In the name of what is no object: no key has it. */
export const RESERVED = '~'

/** Of a file; undefined where there is none. */
export async function sizeOf(path: string): Promise<number | undefined> {
  try {
    const found = await stat(path)
    return found.isFile() ? found.size : undefined
  } catch (error) {
    if (isErrorCode(error, 'ENOENT', 'ENOTDIR')) return undefined
    throw error
  }
}
