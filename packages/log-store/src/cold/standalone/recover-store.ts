import { rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ObjectStore } from '@heartwood/object-store'
import { STORE_NAME } from '../../segments/cold/cold-moves.ts'
import { localFiles, writeWhole } from '../../segments/files/durable-files.ts'
import { manifestPath } from '../../segments/manifest/manifest-file.ts'
import {
  type FieldEntry,
  type ManifestRecord,
  printRecord,
  type SegmentInfo,
} from '../../segments/manifest/manifest-format.ts'
import { encodeRecord } from '../../segments/manifest/manifest-record.ts'
import { EMPTY_CHECKPOINT } from '../../segments/manifest/manifest-state.ts'
import { dayFolders } from '../day-folders.ts'
import { asArchiveError } from '../manifest/cold-manifest.ts'
import { objectKeysOf } from '../stored-files.ts'
import { moveKeys, readMirror, readMove, readOwner } from './mirror.ts'

export interface RecoverOptions {
  readonly objects: Pick<ObjectStore, 'get' | 'list'>
  /** What errors call that. */
  readonly place: string
  /** The folder of the store, which must not be there. */
  readonly dir: string
  readonly signal?: AbortSignal
  /** Told how many objects of segments were found so far, day by day. */
  readonly onProgress?: (found: { readonly day: string; readonly objects: number }) => void
}

export interface Recovered {
  readonly segments: number
  readonly events: number
  /** Segments of which an object is not there any more. */
  readonly missing: number
}

/**
 * Makes the folder of a store whose old segments are in an object store, and whose own folder is lost: with its name, the columns
 * and the old segments, and nothing else. The folder is there whole or not at all. Gives undefined where no store of one machine
 * has its old segments there. Throws LogStoreError `corrupt`, `newer_format` or `unavailable`, and the error of the operating
 * system.
 */
export async function recoverStore(options: RecoverOptions): Promise<Recovered | undefined> {
  try {
    return await recover(options)
  } catch (error) {
    throw asArchiveError(error)
  }
}

async function recover(options: RecoverOptions): Promise<Recovered | undefined> {
  const { objects, place, dir, signal } = options
  const name = await readOwner(objects, place, signal)
  if (name === undefined) return undefined
  const found = await objectsOf(options)
  const { generation, fields, segments } = await knownOf(options, found)
  const making = `${dir}.recovering`
  await rm(making, { recursive: true, force: true })
  await localFiles.makeDirectory(join(making, 'manifest'))
  await writeWhole(localFiles, join(making, STORE_NAME), Buffer.from(name))
  const records: ManifestRecord[] = [
    { kind: 'fence', generation, epoch: generation },
    { ...EMPTY_CHECKPOINT, fields: [...fields], segments: [...segments] },
  ]
  const manifest = Buffer.concat(records.map((record) => encodeRecord(printRecord(record))))
  await writeWhole(localFiles, manifestPath(making, generation), manifest)
  for (const folder of [join(making, 'manifest'), making]) await localFiles.syncDirectory(folder)
  await rename(making, dir)
  await localFiles.syncDirectory(dirname(dir))
  return {
    segments: segments.length,
    events: segments.reduce((sum, { rows }) => sum + rows, 0),
    missing: segments.filter((segment) => !isThere(segment, found)).length,
  }
}

/** The mirror, and what was moved since: of that only what is there, since the move may have been broken off. */
async function knownOf({ objects, place, signal }: RecoverOptions, found: ReadonlySet<string>) {
  const mirror = await readMirror(objects, place, signal)
  const fields = new Map<number, FieldEntry>(mirror?.fields.map((field) => [field[0], field]))
  const segments = new Map<string, SegmentInfo>(mirror?.segments.map((segment) => [segment.file, segment]))
  for (const key of await moveKeys(objects, signal)) {
    const move = await readMove(objects, { key, place, signal })
    if (move === undefined || segments.has(move.segment.file) || !isThere(move.segment, found)) continue
    segments.set(move.segment.file, { ...move.segment, place: 'cold' })
    for (const field of move.fields) fields.set(field[0], field)
  }
  // Behind that of the mirror: the store does not take itself for an older copy.
  const generation = (mirror?.generation ?? 0) + 1
  return {
    generation,
    fields: [...fields.values()].sort(([a], [b]) => a - b),
    segments: [...segments.values()],
  }
}

/** The keys of all objects of segments. */
async function objectsOf({
  objects,
  signal,
  onProgress = () => undefined,
}: RecoverOptions): Promise<ReadonlySet<string>> {
  const keys = new Set<string>()
  for await (const { folder, found } of dayFolders(objects, signal)) {
    for (const key of found.keys()) keys.add(key)
    onProgress({ day: folder, objects: keys.size })
  }
  return keys
}

function isThere(segment: SegmentInfo, found: ReadonlySet<string>): boolean {
  return objectKeysOf(segment).every((key) => found.has(key))
}
