import { readFile } from 'node:fs/promises'
import type { ObjectStore } from '@heartwood/object-store'
import { ColdCommitter, ColdManifest, segmentKey } from '../../src/cold/index.ts'
import { foldDay } from '../../src/cold/manifest/folding.ts'
import { idxName, segmentPath } from '../../src/segments/append/segment-file.ts'
import { localFiles } from '../../src/segments/files/durable-files.ts'
import { ManifestFollower } from '../../src/segments/manifest/manifest-follower.ts'

/** Puts the segments of a store's folder into an archive. */
export async function archivedStore(dir: string, objects: ObjectStore): Promise<ColdManifest> {
  let clock = 0
  const manifest = new ColdManifest({ objects, clock: () => ++clock })
  const parts = { objects, manifest, newName: () => `n${++clock}` }
  const committer = new ColdCommitter({ ...parts, now: () => BigInt(clock) })
  const follower = new ManifestFollower(localFiles, dir)
  await follower.refresh()
  const { segments, catalog } = follower.state
  for (const file of [...segments.keys()].flatMap((name) => [name, idxName(name)]))
    await objects.put(segmentKey(file), await readFile(segmentPath(dir, file)))
  const options = { epoch: 1n }
  await committer.commit(() => ({ kind: 'fields', fields: catalog.entries() }), options)
  const all = [...segments.values()]
  await committer.commit(() => ({ kind: 'archive', segments: all, positions: [] }), options)
  for (const day of manifest.state.days.keys()) await foldDay({ ...parts, committer }, day, options)
  return manifest
}
