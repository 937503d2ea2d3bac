import { type BatchHashes, decodeBatches, encodeBatches } from '../archive/batch-hashes.ts'
import { windowOf } from '../archive/known-batches.ts'
import type { BatchesInfo } from '../manifest/cold-format.ts'
import { batchesKey } from '../manifest/cold-keys.ts'
import type { UpkeepParts } from './upkeep.ts'

/** Objects with batch hashes from which on the oldest of them become one. */
const MAX_OBJECTS = 96
/** The newest stay as they are, since more of them come all the time. */
const NEWEST_KEPT = 32

/** Joins the oldest objects with batch hashes, without what is past its window; so whoever takes over a partition reads few. */
export async function joinBatches(
  { objects, manifest, committer, fenced, newName }: UpkeepParts,
  signal?: AbortSignal,
): Promise<void> {
  const { batches } = await manifest.refresh(signal)
  if (batches.length <= MAX_OBJECTS) return
  const inputs = batches.slice(0, -NEWEST_KEPT)
  const newest = batches.reduce((latest, info) => {
    const receipt = newestReceipt(info)
    return receipt > latest ? receipt : latest
  }, 0n)
  const sections: BatchHashes[] = []
  for (const info of inputs) {
    const content = await objects.get(batchesKey(info.file), { ...(signal && { signal }) })
    sections.push(...decodeBatches(content, info).filter((one) => one.newest > newest - windowOf(one.named)))
  }
  const joined =
    sections.length === 0 ? undefined : encodeBatches(`${newName()}.bin`, joinedSections(sections))
  if (joined !== undefined)
    await objects.put(batchesKey(joined.info.file), joined.bytes, { ...(signal && { signal }) })
  const remove = inputs.map(({ file }) => file)
  await fenced(
    (epoch) =>
      committer.commit(
        (state) => {
          // Joined by somebody else since: what counts is theirs.
          const left = new Set(state.batches.map(({ file }) => file))
          if (!remove.every((file) => left.has(file))) return undefined
          return { kind: 'batches', remove, ...(joined !== undefined && { add: joined.info }) }
        },
        { epoch, ...(signal && { signal }) },
      ),
    signal,
  )
}

/** One section for each partition, kind and hour, so that they still fall out of the window apart. */
function joinedSections(sections: readonly BatchHashes[]): BatchHashes[] {
  const groups = Map.groupBy(
    sections,
    ({ partition, named, newest }) => `${partition} ${named} ${newest / HOUR}`,
  )
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const newest = group.reduce((latest, one) => (one.newest > latest ? one.newest : latest), first.newest)
    return [{ ...first, newest, hashes: group.flatMap(({ hashes }) => hashes) }]
  })
}

const HOUR = 3_600_000_000_000n

function newestReceipt({ newest_named = 0n, newest_other = 0n }: BatchesInfo): bigint {
  return newest_named > newest_other ? newest_named : newest_other
}
