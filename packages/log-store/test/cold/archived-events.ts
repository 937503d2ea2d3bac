import { writeFile } from 'node:fs/promises'
import { type LogEvent, rowsOf } from '@heartwood/event'
import type { ObjectStore } from '@heartwood/object-store'
import { idxKey, segmentKey } from '../../src/cold/manifest/cold-keys.ts'
import { ColdManifest } from '../../src/cold/manifest/cold-manifest.ts'
import { idxPath, segmentPath, segmentsDirectory } from '../../src/segments/append/segment-file.ts'
import { localFiles } from '../../src/segments/files/durable-files.ts'
import { readSegments } from '../../src/segments/merge/read-segments.ts'
import { temporaryFolder } from '../segments/store-content.ts'

/** Everything that an archive holds, by id, as somebody who never saw it before reads it. */
export async function archivedEvents(objects: ObjectStore): Promise<LogEvent[]> {
  await using folder = await temporaryFolder()
  await localFiles.makeDirectory(segmentsDirectory(folder.dir))
  const manifest = new ColdManifest({ objects, clock: () => 0 })
  const state = await manifest.refresh()
  const events: LogEvent[] = []
  for (const day of state.days.keys())
    for (const segment of await manifest.segments(state, day)) {
      await writeFile(segmentPath(folder.dir, segment.file), await objects.get(segmentKey(segment.file)))
      if (segment.idx)
        await writeFile(idxPath(folder.dir, segment.file), await objects.get(idxKey(segment.file)))
      events.push(...rowsOf(await readSegments(localFiles, folder.dir, [segment], manifest.catalog)))
    }
  return events.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
}
