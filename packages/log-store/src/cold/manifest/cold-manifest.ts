import { crc32 } from 'node:zlib'
import { type ObjectStore, ObjectStoreError } from '@heartwood/object-store'
import { LogStoreError } from '../../port.ts'
import { FieldCatalog } from '../../segments/manifest/field-catalog.ts'
import type { SegmentInfo } from '../../segments/manifest/manifest-format.ts'
import { type ColdDayKey, parseCheckpoint, parseEntry, parseShard, type ShardInfo } from './cold-format.ts'
import { CHECKPOINT_PREFIX, checkpointKey, LOG_PREFIX, logKey, seqOf, shardKey } from './cold-keys.ts'
import { type ColdState, EMPTY_STATE, liveSegments, stateOf, withEntry } from './cold-state.ts'

/** Whatever counts no more stays for at least this long, milliseconds: entries, checkpoints, shards, segments. */
export const GRACE_MS = 600_000
/** Within this time of having looked, no entry behind can have come and gone again. */
const SURE_MS = GRACE_MS / 4
const ENTRIES_AT_ONCE = 8
const LOAD_ATTEMPTS = 5
/** Shards that are kept in memory. */
const SHARDS_KEPT = 64

export interface ColdManifestOptions {
  readonly objects: ObjectStore
  /** Milliseconds of a clock that never goes back. */
  readonly clock: () => number
}

/**
 * The manifest of an archive as somebody sees it who follows it: any number may, in any number of processes. The state is
 * that behind the last entry there was when `refresh` was called, or a newer one.
 */
export class ColdManifest {
  readonly #objects: ObjectStore
  readonly #clock: () => number
  readonly #shards = new Map<string, Promise<readonly SegmentInfo[]>>()
  #state: ColdState = EMPTY_STATE
  #catalog = new FieldCatalog([])
  /** When it was last certain that the state followed all entries; undefined before anything was read. */
  #sureAt: number | undefined
  #turn: Promise<unknown> = Promise.resolve()

  constructor({ objects, clock }: ColdManifestOptions) {
    this.#objects = objects
    this.#clock = clock
  }

  /** As of the last `refresh`. */
  get state(): ColdState {
    return this.#state
  }

  /** The columns of all segments; grows and never changes. */
  get catalog(): FieldCatalog {
    return this.#catalog
  }

  /** Reads on to the end. Throws LogStoreError `unavailable`, `corrupt` or `newer_format`; the state stays what it was. */
  refresh(signal?: AbortSignal): Promise<ColdState> {
    const next = this.#turn.then(() => this.#refresh(signal))
    this.#turn = next.catch(() => undefined)
    return next
  }

  /** The segments of a day that count in a state. Throws as `refresh`; `corrupt` also where the state is older than the grace. */
  async segments(state: ColdState, day: ColdDayKey): Promise<readonly SegmentInfo[]> {
    const found = state.days.get(day)
    if (found === undefined) return []
    return liveSegments(found, found.shard === undefined ? [] : await this.#shard(found.shard))
  }

  /** Whether a newer checkpoint than the state is there: then entries may have gone that the state never saw. */
  async isBehindCheckpoint(seq: number, signal?: AbortSignal): Promise<boolean> {
    const newer = this.#objects.list(CHECKPOINT_PREFIX, {
      after: checkpointKey(seq),
      ...(signal !== undefined && { signal }),
    })
    for await (const { key } of newer) if (seqOf(key) !== undefined) return true
    return false
  }

  /** Reads all of it anew, from the newest checkpoint on. */
  reload(signal?: AbortSignal): Promise<ColdState> {
    const next = this.#turn.then(() => this.#asStoreErrors(() => this.#load(signal)))
    this.#turn = next.catch(() => undefined)
    return next
  }

  #refresh(signal: AbortSignal | undefined): Promise<ColdState> {
    return this.#asStoreErrors(async () => {
      if (this.#sureAt === undefined) return this.#load(signal)
      const before = this.#clock()
      let state = this.#state
      for (;;) {
        const bytes = await this.#read(logKey(state.seq + 1), signal)
        if (bytes === undefined) break
        state = withEntry(state, parseEntry(bytes, logKey(state.seq + 1)))
      }
      const sure = before - this.#sureAt < SURE_MS
      if (!sure && (await this.isBehindCheckpoint(state.seq, signal))) return this.#load(signal)
      return this.#take(state, before)
    })
  }

  async #load(signal: AbortSignal | undefined): Promise<ColdState> {
    for (let attempt = 1; attempt <= LOAD_ATTEMPTS; attempt++) {
      const before = this.#clock()
      const checkpoint = await this.#newestCheckpoint(signal)
      if (checkpoint === undefined) continue
      const state = await this.#withLog(checkpoint, signal)
      // Entries go only when a newer checkpoint has them.
      if (state !== undefined && !(await this.isBehindCheckpoint(state.seq, signal)))
        return this.#take(state, before)
    }
    throw new LogStoreError('corrupt', 'entries of the manifest of the archive are missing')
  }

  /** The state of the newest checkpoint; undefined where it went while it was looked for. */
  async #newestCheckpoint(signal: AbortSignal | undefined): Promise<ColdState | undefined> {
    let newest: string | undefined
    for await (const { key } of this.#objects.list(CHECKPOINT_PREFIX, { ...(signal && { signal }) }))
      if (seqOf(key) !== undefined) newest = key
    if (newest === undefined) return EMPTY_STATE
    const bytes = await this.#read(newest, signal)
    return bytes && stateOf(parseCheckpoint(bytes, newest))
  }

  /** The state behind all entries there are; undefined where one is missing that others follow. */
  async #withLog(checkpoint: ColdState, signal: AbortSignal | undefined): Promise<ColdState | undefined> {
    const keys: string[] = []
    const after = logKey(checkpoint.seq)
    for await (const { key } of this.#objects.list(LOG_PREFIX, { after, ...(signal && { signal }) }))
      if (seqOf(key) !== undefined) keys.push(key)
    let state = checkpoint
    for (let from = 0; from < keys.length; from += ENTRIES_AT_ONCE) {
      const some = keys.slice(from, from + ENTRIES_AT_ONCE)
      const entries = await Promise.all(some.map((key) => this.#read(key, signal)))
      for (const [index, key] of some.entries()) {
        const bytes = entries[index]
        if (bytes === undefined || key !== logKey(state.seq + 1)) return undefined
        state = withEntry(state, parseEntry(bytes, key))
      }
    }
    return state
  }

  #take(state: ColdState, sureAt: number): ColdState {
    this.#catalog.add(state.fields.slice(this.#catalog.size))
    this.#state = state
    this.#sureAt = sureAt
    return state
  }

  #shard(info: ShardInfo): Promise<readonly SegmentInfo[]> {
    const key = shardKey(info.file)
    const known = this.#shards.get(key) ?? this.#readShard(key, info)
    this.#shards.delete(key)
    this.#shards.set(key, known)
    known.catch(() => this.#shards.delete(key))
    for (const oldest of this.#shards.keys()) {
      if (this.#shards.size <= SHARDS_KEPT) break
      this.#shards.delete(oldest)
    }
    return known
  }

  #readShard(key: string, { bytes: size, crc }: ShardInfo): Promise<readonly SegmentInfo[]> {
    return this.#asStoreErrors(async () => {
      const bytes = await this.#read(key, undefined)
      if (bytes === undefined) throw new LogStoreError('corrupt', `${key} of the archive is missing`)
      if (bytes.length !== size || crc32(bytes) !== crc)
        throw new LogStoreError('corrupt', `${key} of the archive does not hold what was written`)
      return parseShard(bytes, key).segments
    })
  }

  async #read(key: string, signal: AbortSignal | undefined): Promise<Uint8Array | undefined> {
    try {
      return await this.#objects.get(key, { ...(signal && { signal }) })
    } catch (error) {
      if (error instanceof ObjectStoreError && error.code === 'missing') return undefined
      throw error
    }
  }

  async #asStoreErrors<T>(task: () => Promise<T>): Promise<T> {
    try {
      return await task()
    } catch (error) {
      throw asArchiveError(error)
    }
  }
}

/** An error of the object store as one of the log store. */
export function asArchiveError(error: unknown): unknown {
  if (!(error instanceof ObjectStoreError)) return error
  switch (error.code) {
    case 'missing':
    case 'range':
      return new LogStoreError('corrupt', `an object of the archive is missing: ${error.message}`, {
        cause: error,
      })
    case 'closed':
      return new LogStoreError('closed', 'the archive is closed', { cause: error })
    case 'exists':
    case 'refused':
    case 'unavailable':
      return new LogStoreError('unavailable', `the archive cannot be reached: ${error.message}`, {
        cause: error,
      })
  }
}
