import { type ObjectStore, ObjectStoreError } from '@heartwood/object-store'
import { LogStoreError } from '../port.ts'
import { asArchiveError } from './manifest/cold-manifest.ts'

const PROBE_PREFIX = 'manifest/probes/'
const AT_ONCE = 4

/**
 * Tries whether a store keeps exclusive puts, on which all rests that is committed: of several at once exactly one may
 * succeed, and none after it. Throws LogStoreError `unsupported` where it does not, and `unavailable`.
 */
export async function proveExclusivePuts(objects: ObjectStore, newName: () => string): Promise<void> {
  const key = `${PROBE_PREFIX}${newName()}`
  try {
    const puts = Array.from({ length: AT_ONCE }, (_, by) => putExclusively(objects, key, by))
    const stored = (await Promise.all(puts)).filter(Boolean).length
    const again = await putExclusively(objects, key, AT_ONCE)
    if (stored !== 1 || again)
      throw new LogStoreError(
        'unsupported',
        'the object store replaces objects although it is asked not to (If-None-Match: *), so several archivers would lose each other’s logs: another server is needed',
      )
  } catch (error) {
    throw asArchiveError(error)
  } finally {
    await objects.delete([key]).catch(() => undefined)
  }
}

async function putExclusively(objects: ObjectStore, key: string, by: number): Promise<boolean> {
  try {
    await objects.put(key, Buffer.from(String(by)), { exclusive: true })
    return true
  } catch (error) {
    if (error instanceof ObjectStoreError && error.code === 'exists') return false
    throw error
  }
}
