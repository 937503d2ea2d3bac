import { shardDayOf } from '../../segments/append/segment-day.ts'
import {
  type FieldEntry,
  type SegmentInfo,
  storedBytes,
  type Tombstone,
} from '../../segments/manifest/manifest-format.ts'
import type {
  BatchesInfo,
  ColdChange,
  ColdCheckpoint,
  ColdCoverage,
  ColdDay,
  ColdDayKey,
  ColdEntry,
  DroppedObject,
  RemovedSegment,
} from './cold-format.ts'
import { HOT_ANSWERS_ALL } from './cold-format.ts'
import { batchesKey, idxKey, segmentKey, shardKey } from './cold-keys.ts'

/** Commits that the state remembers by name. */
export const RECENT_COMMITS = 128

/** What the manifest says behind an entry. Never changed: each entry makes another one. */
export interface ColdState {
  readonly seq: number
  readonly epoch: bigint
  readonly at: bigint
  readonly fields: readonly FieldEntry[]
  /** Partition to the position up to which it is archived. */
  readonly positions: ReadonlyMap<number, bigint>
  readonly days: ReadonlyMap<ColdDayKey, ColdDay>
  readonly batches: readonly BatchesInfo[]
  readonly tombstones: readonly Tombstone[]
  readonly tombstonesMade: number
  readonly coverage: ColdCoverage
  readonly dropped: readonly DroppedObject[]
  readonly recent: readonly { readonly seq: number; readonly commit: string }[]
}

export const EMPTY_STATE: ColdState = {
  seq: 0,
  epoch: 0n,
  at: 0n,
  fields: [],
  positions: new Map(),
  days: new Map(),
  batches: [],
  tombstones: [],
  tombstonesMade: 0,
  coverage: HOT_ANSWERS_ALL,
  dropped: [],
  recent: [],
}

export function dayKeyOf(segment: SegmentInfo): ColdDayKey {
  return shardDayOf(segment) ?? null
}

export function removedOf(segment: SegmentInfo): RemovedSegment {
  return {
    file: segment.file,
    day: dayKeyOf(segment),
    rows: segment.rows,
    bytes: storedBytes(segment),
    idx: segment.idx !== undefined,
  }
}

/** The state behind the next entry. Throws a RangeError for one that does not follow. */
export function withEntry(state: ColdState, entry: ColdEntry): ColdState {
  const { seq, epoch, at, commit, change } = entry
  if (seq !== state.seq + 1) throw new RangeError(`entry ${seq} does not follow ${state.seq}`)
  const changed = withChange({ ...state, seq, epoch, at }, change)
  return { ...changed, recent: [...state.recent, { seq, commit }].slice(-RECENT_COMMITS) }
}

function withChange(state: ColdState, change: ColdChange): ColdState {
  switch (change.kind) {
    case 'fields':
      return { ...state, fields: [...state.fields, ...change.fields] }
    case 'archive': {
      const positions = new Map(state.positions)
      for (const { partition, to } of change.positions) positions.set(partition, to)
      const batches = change.batches === undefined ? state.batches : [...state.batches, change.batches]
      return { ...state, positions, batches, days: withSegments(state, change.segments, []) }
    }
    case 'replace':
      return {
        ...state,
        days: withSegments(state, change.add, change.remove),
        dropped: withDropped(state, change.remove.flatMap(keysOf)),
      }
    case 'tombstone':
      return {
        ...state,
        tombstones: [...state.tombstones, change.tombstone],
        tombstonesMade: state.tombstonesMade + 1,
      }
    case 'fold':
      return folded(state, change)
    case 'batches':
      return {
        ...state,
        batches: [
          ...(change.add === undefined ? [] : [change.add]),
          ...state.batches.filter(({ file }) => !change.remove.includes(file)),
        ],
        dropped: withDropped(state, change.remove.map(batchesKey)),
      }
    case 'abandon':
      return { ...state, dropped: withDropped(state, change.keys) }
    case 'coverage':
      return { ...state, coverage: change.coverage }
    case 'swept': {
      const gone = new Set(change.keys)
      return {
        ...state,
        dropped: state.dropped.filter(({ key }) => !gone.has(key)),
        tombstones: state.tombstones.slice(change.tombstones),
      }
    }
  }
}

function withSegments(
  { days: before, seq }: ColdState,
  add: readonly SegmentInfo[],
  remove: readonly RemovedSegment[],
): ReadonlyMap<ColdDayKey, ColdDay> {
  const days = new Map(before)
  const dayOf = (day: ColdDayKey): ColdDay => days.get(day) ?? { day, added: [], removed: [] }
  for (const segment of remove) {
    const day = dayOf(segment.day)
    days.set(segment.day, { ...day, removed: [...day.removed, { seq, segment }] })
  }
  for (const segment of add) {
    const day = dayOf(dayKeyOf(segment))
    days.set(day.day, { ...day, added: [...day.added, { seq, segment }] })
  }
  return days
}

function folded(state: ColdState, { day, upto, shard }: Extract<ColdChange, { kind: 'fold' }>): ColdState {
  const before = state.days.get(day)
  if (before === undefined) return state
  const later = <T extends { readonly seq: number }>(changes: readonly T[]) =>
    changes.filter(({ seq }) => seq > upto)
  const after: ColdDay = {
    day,
    ...(shard !== undefined && { shard }),
    added: later(before.added),
    removed: later(before.removed),
  }
  const days = new Map(state.days)
  if (after.shard === undefined && after.added.length === 0 && after.removed.length === 0) days.delete(day)
  else days.set(day, after)
  const dropped = before.shard === undefined ? [] : [shardKey(before.shard.file)]
  return { ...state, days, dropped: withDropped(state, dropped) }
}

function withDropped({ dropped, at }: ColdState, keys: readonly string[]): readonly DroppedObject[] {
  return keys.length === 0 ? dropped : [...dropped, ...keys.map((key) => ({ key, at }))]
}

function keysOf({ file, idx }: RemovedSegment): string[] {
  return [segmentKey(file), ...(idx ? [idxKey(file)] : [])]
}

/** The segments that count of a day. @param inShard those of its shard */
export function liveSegments(
  { added, removed }: ColdDay,
  inShard: readonly SegmentInfo[],
): readonly SegmentInfo[] {
  const gone = new Set(removed.map(({ segment }) => segment.file))
  const all = [...inShard, ...added.map(({ segment }) => segment)]
  return gone.size === 0 ? all : all.filter(({ file }) => !gone.has(file))
}

/** What is archived of a day, without reading its shard. */
export interface ColdDayTotals {
  readonly day: ColdDayKey
  readonly segments: number
  readonly events: number
  /** Of Parquet files and indexes. */
  readonly bytes: number
  /** The newest event or receipt there was, epoch nanoseconds. */
  readonly newest: bigint
}

export function totalsOf({ day, shard, added, removed }: ColdDay): ColdDayTotals {
  let segments = (shard?.count ?? 0) + added.length - removed.length
  let events = shard?.events ?? 0
  let bytes = shard?.stored_bytes ?? 0
  let newest = shard?.newest ?? 0n
  for (const { segment } of added) {
    events += segment.rows
    bytes += storedBytes(segment)
    for (const time of [segment.max_time, segment.max_receipt]) if (time > newest) newest = time
  }
  for (const { segment } of removed) {
    events -= segment.rows
    bytes -= segment.bytes
  }
  if (segments < 0) segments = 0
  return { day, segments, events, bytes, newest }
}

export function checkpointOf(state: ColdState): ColdCheckpoint {
  const { seq, epoch, at, coverage } = state
  return {
    ...{ seq, epoch, at, coverage },
    fields: [...state.fields],
    positions: [...state.positions].map(([partition, to]) => ({ partition, to })),
    days: [...state.days.values()],
    batches: [...state.batches],
    tombstones: [...state.tombstones],
    tombstones_made: state.tombstonesMade,
    dropped: [...state.dropped],
    recent: [...state.recent],
  }
}

export function stateOf(checkpoint: ColdCheckpoint): ColdState {
  const { tombstones_made: tombstonesMade, ...rest } = checkpoint
  return {
    ...rest,
    tombstonesMade,
    positions: new Map(checkpoint.positions.map(({ partition, to }) => [partition, to])),
    days: new Map(checkpoint.days.map((day) => [day.day, day])),
  }
}
