import { type ObjectStore, ObjectStoreError } from '@heartwood/object-store'
import { z } from 'zod'
import { LogStoreError } from '../../port.ts'
import type { ColdMirror } from '../../segments/cold/cold-place.ts'
import { FieldEntry, SegmentInfo, versionedJson } from '../../segments/manifest/manifest-format.ts'

/** Where the store of one machine mirrors what its manifest says of the segments that it has moved. */
export const MIRROR_KEY = 'manifest/store.json'

const Mirror = z.object({
  generation: z.number().int(),
  fields: z.array(FieldEntry),
  segments: z.array(SegmentInfo),
})

/**
 * The mirror of an object store; undefined where there is none. Throws LogStoreError `corrupt` or `newer_format`, and
 * ObjectStoreError.
 * @param place what errors call the object store
 */
export async function readMirror(
  objects: Pick<ObjectStore, 'get'>,
  place: string,
  signal?: AbortSignal,
): Promise<ColdMirror | undefined> {
  const bytes = await objects
    .get(MIRROR_KEY, { ...(signal !== undefined && { signal }) })
    .catch((error: unknown) => {
      if (error instanceof ObjectStoreError && error.code === 'missing') return undefined
      throw error
    })
  if (bytes === undefined) return undefined
  const name = `${place}/${MIRROR_KEY}`
  const mirror = Mirror.safeParse(versionedJson(Buffer.from(bytes).toString(), name))
  if (mirror.success) return mirror.data
  throw new LogStoreError('corrupt', `${name} does not hold what was written`, { cause: mirror.error })
}
