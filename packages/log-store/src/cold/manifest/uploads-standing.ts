import type { ObjectStore } from '@heartwood/object-store'
import type { SegmentInfo } from '../../segments/manifest/manifest-format.ts'
import { objectKeysOf } from '../stored-files.ts'
import type { ColdState } from './cold-state.ts'

/**
 * How the objects of segments stand that a commit would make count: `going` where some were taken for left over and are being
 * deleted, `gone` where some are not there any more. Asked about the state that is committed behind, `there` holds until that
 * commit: what is left over is given up by an entry of its own before anything is deleted. Throws ObjectStoreError.
 */
export async function uploadsStanding(
  objects: Pick<ObjectStore, 'size'>,
  { dropped }: ColdState,
  segments: readonly SegmentInfo[],
  signal?: AbortSignal,
): Promise<'there' | 'going' | 'gone'> {
  const keys = segments.flatMap(objectKeysOf)
  const going = new Set(dropped.map(({ key }) => key))
  if (keys.some((key) => going.has(key))) return 'going'
  const sizes = await Promise.all(keys.map((key) => objects.size(key, signal)))
  return sizes.includes(undefined) ? 'gone' : 'there'
}
