import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { NANOS_PER_DAY, NANOS_PER_SECOND, type Nanos } from '@heartwood/event'
import { LogStoreError } from '../../port.ts'
import { type DurableFiles, writeWhole } from '../files/durable-files.ts'
import { type Delta, type SegmentInfo, storedBytes } from '../manifest/manifest-format.ts'
import type { ManifestState } from '../manifest/manifest-state.ts'
import { type ColdPlace, isCold } from './cold-place.ts'

export interface ColdMovesParts {
  readonly files: DurableFiles
  readonly dir: string
  readonly place: ColdPlace
  /** Of the disk: segments go before they are old where it is nearly reached. */
  readonly maxBytes: number
  readonly state: () => ManifestState
  /** The generation of the manifest that the store was opened from, 0 for a new one. */
  readonly openedFrom: number
  readonly now: () => Nanos
  /** Commits, if the segment still counts; false where it does not. */
  readonly replace: (segment: SegmentInfo, by: SegmentInfo) => Promise<boolean>
  /** Segments that count no more and whose files must stay for a while. */
  readonly leaving: () => Iterable<string>
}

/** What keeps old segments from going where they belong, and how many wait. */
export interface ColdStats {
  readonly waiting: { readonly segments: number; readonly bytes: number }
  /** Why nothing gets there at the moment; undefined when it does. */
  readonly obstacle: string | undefined
}

/** Between two tries while the place does not answer. */
const RETRY = 60n * NANOS_PER_SECOND
/** Between two looks for files that no segment is known of any more. */
const SWEEP_PACE = NANOS_PER_DAY
/** Moves after which the mirror is written anew, also while there are more. */
const MIRROR_MOVES = 32
/** Share of the disk limit from which on segments go early: what is over the limit is lost. */
const CROWDED = 0.9

/**
 * Moves old segments to their place, one after the other: its files are stored there and read back, then one commit says where
 * it is, and a grace time later its files go from here. Wherever that ends, each row is found once: before the commit here,
 * behind it there. What is left over there is removed by the next writer, what is left over here when it opens the store.
 */
export class ColdMoves {
  readonly #parts: ColdMovesParts
  #obstacle: string | undefined
  #retryAt: Nanos | undefined
  #isClaimed = false
  #sweptAt: Nanos | undefined
  /** Moves that are noted there and not mirrored. */
  #unmirrored = 0
  /** Whether the mirror may tell of segments that count no more. */
  #isMirrorStale = false
  /** Segments that are not what the manifest says: they stay where they are. */
  readonly #damaged = new Set<string>()

  constructor(parts: ColdMovesParts) {
    this.#parts = parts
  }

  stats(): ColdStats {
    const due = this.#due()
    const bytes = due.reduce((sum, segment) => sum + storedBytes(segment), 0)
    return { waiting: { segments: due.length, bytes }, obstacle: this.#obstacle }
  }

  /** Whether nothing gets through at the moment. */
  get isBlocked(): boolean {
    return this.#obstacle !== undefined
  }

  /** Is told that segments which are there count no more: what mirrors them must not bring them back. */
  left(): void {
    this.#isMirrorStale = true
  }

  /** Moves one segment; false where there was nothing to do, or nothing gets through. Not beside merges and deletes. */
  async round(): Promise<boolean> {
    const now = this.#parts.now()
    if (this.#retryAt !== undefined && now < this.#retryAt) return false
    try {
      await this.#claim()
      await this.#sweep(now)
      if (this.#isMirrorStale) await this.#mirror()
      const moved = await this.#moveNext()
      if (this.#unmirrored >= MIRROR_MOVES || (!moved && this.#unmirrored > 0)) await this.#mirror()
      this.#obstacle = undefined
      this.#retryAt = undefined
      return moved
    } catch (error) {
      const isAway = error instanceof LogStoreError && ['unavailable', 'unsupported'].includes(error.code)
      if (!isAway) throw error
      this.#obstacle = error.message
      this.#retryAt = now + RETRY
      return false
    }
  }

  async #moveNext(): Promise<boolean> {
    const { place, dir, replace, state } = this.#parts
    const [segment] = this.#due()
    if (segment === undefined) return false
    const columns = new Set(segment.fields)
    const fields = state()
      .catalog.entries()
      .filter(([id]) => columns.has(id))
    try {
      await place.store(dir, segment, fields)
    } catch (error) {
      if (error instanceof LogStoreError && error.code === 'corrupt') this.#damaged.add(segment.file)
      throw error
    }
    if (await replace(segment, { ...segment, place: 'cold' })) this.#unmirrored++
    else await place.remove([segment.file])
    return true
  }

  /** Those that belong there, those first that are longest past their time. */
  #due(): SegmentInfo[] {
    const { state, place, now, maxBytes } = this.#parts
    const horizon = now() - BigInt(Math.round(place.hotDays * 86_400)) * NANOS_PER_SECOND
    const here = [...state().segments.values()].filter(
      (segment) => !isCold(segment) && !this.#damaged.has(segment.file),
    )
    here.sort((a, b) => (a.max_time < b.max_time ? -1 : a.max_time > b.max_time ? 1 : 0))
    let bytes = here.reduce((sum, segment) => sum + storedBytes(segment), 0)
    return here.filter((segment) => {
      const isOld = segment.max_time < horizon && segment.max_receipt < horizon
      const isDue = isOld || bytes > maxBytes * CROWDED
      if (isDue) bytes -= storedBytes(segment)
      return isDue
    })
  }

  /** The name of this store is in a file of its folder, so that it is the same after a restart. */
  async #claim(): Promise<void> {
    if (this.#isClaimed) return
    const { files, dir, place } = this.#parts
    const path = join(dir, STORE_NAME)
    let stored = await files.read(path)
    if (stored === undefined || stored.length !== NAME_BYTES) {
      stored = Buffer.from(randomUUID())
      await files.remove(path)
      await writeWhole(files, path, stored)
      await files.syncDirectory(dir)
    }
    await place.claim(Buffer.from(stored).toString())
    await this.#assertNotBehind()
    this.#isClaimed = true
  }

  /** Of a folder that came from an older copy the newest segments there are unknown: they must not be taken for left over. */
  async #assertNotBehind(): Promise<void> {
    const { place, openedFrom } = this.#parts
    const mirrored = await place.mirroredGeneration()
    // A crash may have come between a change and the mirror.
    this.#isMirrorStale = mirrored !== undefined
    if (mirrored !== undefined && mirrored > openedFrom)
      throw new LogStoreError(
        'unsupported',
        `${place.name} has segments of this store that its folder does not know of, which is an older copy: bring a newer one, or give it another place`,
      )
  }

  /** Removes what lies there of segments that never came to count there, or do no more. */
  async #sweep(now: Nanos): Promise<void> {
    if (this.#sweptAt !== undefined && now - this.#sweptAt < SWEEP_PACE) return
    const { place, state, leaving } = this.#parts
    const known = new Set(leaving())
    const orphans = new Set<string>()
    for await (const file of place.stored()) {
      const segment = state().segments.get(file)
      if ((segment === undefined || !isCold(segment)) && !known.has(file)) orphans.add(file)
    }
    if (orphans.size > 0) await place.remove([...orphans])
    this.#sweptAt = now
  }

  async #mirror(): Promise<void> {
    const { place, state } = this.#parts
    const { generation, catalog, segments } = state()
    const moved = [...segments.values()].filter(isCold)
    await place.mirror({ generation, fields: catalog.entries(), segments: moved })
    this.#unmirrored = 0
    this.#isMirrorStale = false
  }
}

/** The file of a store folder that has the name of the store. */
export const STORE_NAME = 'archive-name'
const NAME_BYTES = 36

/** The move of a segment as a change of the manifest. */
export function moveOf(segment: SegmentInfo, by: SegmentInfo): Delta {
  return { kind: 'delta', remove: [segment.file], add: [by] }
}
