import { join } from 'node:path'
import { LogStoreError } from '../../port.ts'
import type { DurableFiles } from '../files/durable-files.ts'
import { type ManifestRecord, parseRecord } from './manifest-format.ts'
import { decodeRecords } from './manifest-record.ts'
import { ManifestState } from './manifest-state.ts'
import type { ShardReader } from './shard-reader.ts'

/**
 * The files of the manifest: `manifest/00000001.log`, one per generation. A generation begins with a fence (who writes
 * it), then a checkpoint (the whole state, its segments in
 * shards), then deltas. One without a checkpoint was begun and never took over.
 */
export function manifestPath(dir: string, generation: number): string {
  return join(dir, 'manifest', `${String(generation).padStart(8, '0')}.log`)
}

/** The generations there are, newest first. */
export async function listGenerations(files: DurableFiles, dir: string): Promise<number[]> {
  const names = await files.list(join(dir, 'manifest'))
  return names
    .flatMap((name) => /^(\d{8,15})\.log$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => b - a)
}

export interface ReadRecords {
  readonly records: readonly ManifestRecord[]
  /** Where the next record will begin. */
  readonly end: number
}

/**
 * The whole records of a generation from `offset` on; undefined where the file is gone. A torn last record is left
 * out: its commit was never acknowledged. Throws LogStoreError `corrupt` for a record that was whole once.
 */
export async function readRecords(
  files: DurableFiles,
  path: string,
  offset: number,
): Promise<ReadRecords | undefined> {
  const bytes = await files.read(path, offset)
  if (bytes === undefined) return undefined
  const { payloads, end, tail } = decodeRecords(bytes, offset)
  if (tail === 'damaged') {
    throw new LogStoreError('corrupt', `${path} is damaged at byte ${offset + end}: restore it from a copy`)
  }
  return { records: payloads.map((payload) => parseRecord(payload, path)), end: offset + end }
}

export interface LoadedGeneration {
  readonly state: ManifestState
  readonly end: number
}

/** The state a generation holds, or undefined where it is gone or has no checkpoint. */
export async function loadGeneration(
  files: DurableFiles,
  dir: string,
  generation: number,
  shards: ShardReader,
): Promise<LoadedGeneration | undefined> {
  const path = manifestPath(dir, generation)
  const read = await readRecords(files, path, 0)
  if (read === undefined) return undefined
  const [fence, checkpoint, ...deltas] = read.records
  if (fence !== undefined && (fence.kind !== 'fence' || fence.generation !== generation)) {
    throw new LogStoreError('corrupt', `${path} does not begin with the fence of generation ${generation}`)
  }
  if (checkpoint === undefined) return undefined
  if (checkpoint.kind !== 'checkpoint') {
    throw new LogStoreError('corrupt', `${path} has no checkpoint behind its fence`)
  }
  const sharded = await shards.read(checkpoint.shards ?? [])
  const state = new ManifestState(generation, fence?.epoch ?? 0, checkpoint, sharded)
  applyRecords(state, deltas, path)
  return { state, end: read.end }
}

export function applyRecords(state: ManifestState, records: readonly ManifestRecord[], path: string): void {
  for (const record of records) {
    if (record.kind !== 'delta') throw new LogStoreError('corrupt', `${path} holds a second ${record.kind}`)
    state.check(record, path)
    state.apply(record)
  }
}

/** The newest generation among `generations` (newest first) that took over, or undefined for a new store. */
export async function loadNewest(
  files: DurableFiles,
  dir: string,
  generations: readonly number[],
  shards: ShardReader,
): Promise<LoadedGeneration | undefined> {
  for (const generation of generations) {
    const loaded = await loadGeneration(files, dir, generation, shards)
    if (loaded !== undefined) return loaded
  }
  return undefined
}
