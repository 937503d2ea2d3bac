import { type ObjectInfo, type ObjectStore, ObjectStoreError } from '@heartwood/object-store'
import { LogStoreError } from '../../port.ts'
import type { SegmentInfo } from '../../segments/manifest/manifest-format.ts'
import { dayFolders } from '../day-folders.ts'
import { SEGMENT_PREFIX, segmentKey } from '../manifest/cold-keys.ts'
import { asArchiveError } from '../manifest/cold-manifest.ts'
import { objectKeysOf, type StoredFile, storedCrc, storedFilesOf } from '../stored-files.ts'
import type { KnownSegments } from './known-segments.ts'

/** What is wrong with an object that counts. */
export interface ObjectFault {
  readonly key: string
  /** `manifest`: which segments a day has cannot be read. */
  readonly fault: 'missing' | 'size' | 'checksum' | 'manifest'
  /** Events of its segment; undefined where that is not known. */
  readonly events?: number
  /** What to look at: sizes, or what the manifest's reader said. */
  readonly detail?: string
}

export interface VerifyProgress {
  readonly day: string
  /** Of segments, indexes included. */
  readonly bytes: number
  readonly ofBytes: number
  readonly faults: number
}

export interface Verified {
  readonly segments: number
  readonly objects: number
  readonly bytes: number
  readonly events: number
  readonly faults: readonly ObjectFault[]
  /** Objects that no segment has: of uploads that were interrupted, or that are under way. */
  readonly unknown: { readonly objects: number; readonly bytes: number }
}

export interface VerifyOptions {
  readonly objects: ObjectStore
  /** What `openKnownSegments` gave. */
  readonly read: () => Promise<KnownSegments>
  /** Days, `2026-03-01`, the last included; rows of several days belong to all. */
  readonly from?: string
  readonly to?: string
  /** Looks only whether each object is there, and as long as it was. */
  readonly quick?: boolean
  readonly signal?: AbortSignal
  readonly onFault?: (fault: ObjectFault) => void
  readonly onProgress?: (progress: VerifyProgress) => void
}

/** Objects read at once. */
const AT_ONCE = 4

/**
 * Holds every object of an archive against its manifest: whether it is there, as long as it was, and its bytes add up to
 * the checksum. What is merged, deleted or swept meanwhile is no fault. Throws LogStoreError `unavailable` where the
 * object store does not answer, and the reason of the signal.
 */
export async function verifySegments(options: VerifyOptions): Promise<Verified> {
  try {
    return await new Verification(options, await options.read()).run()
  } catch (error) {
    throw asArchiveError(error)
  }
}

/** An object that counts, and the events of its segment. */
interface Counted extends StoredFile {
  readonly key: string
  readonly events: number
}

class Verification {
  readonly #options: VerifyOptions
  #known: KnownSegments
  readonly #faults: ObjectFault[] = []
  /** Objects that were found outside the folder of their day. */
  readonly #elsewhere = new Set<string>()
  readonly #unknown: ObjectInfo[] = []
  readonly #sum = { segments: 0, objects: 0, bytes: 0, events: 0 }

  constructor(options: VerifyOptions, known: KnownSegments) {
    this.#options = options
    this.#known = known
  }

  async run(): Promise<Verified> {
    const seen = new Set<string>()
    for await (const { folder, found } of dayFolders(this.#options.objects, this.#options.signal)) {
      if (!this.#isAsked(folder)) continue
      seen.add(folder)
      await this.#day(folder, found)
    }
    for (const day of this.#known.days)
      if (!seen.has(day) && this.#isAsked(day)) await this.#day(day, new Map())
    const unknown = this.#unknown.filter(({ key }) => !this.#elsewhere.has(key))
    return {
      ...this.#sum,
      faults: this.#faults,
      unknown: { objects: unknown.length, bytes: unknown.reduce((sum, { size }) => sum + size, 0) },
    }
  }

  #isAsked(day: string): boolean {
    const { from, to } = this.#options
    if (!/^\d/.test(day)) return true
    return (from === undefined || day >= from) && (to === undefined || day <= to)
  }

  async #day(day: string, found: ReadonlyMap<string, ObjectInfo>): Promise<void> {
    const segments = await this.#segmentsOf(day)
    if (segments === undefined) return
    const counted = segments.flatMap(countedOf)
    const faults = await this.#faultsOf(day, counted, found)
    const keys = new Set(counted.map(({ key }) => key))
    const unknown = [...found.values()].filter(({ key }) => !keys.has(key))
    await this.#settle(day, faults, unknown)
    this.#sum.segments += segments.length
    this.#sum.objects += counted.length
    this.#sum.events += segments.reduce((sum, { rows }) => sum + rows, 0)
  }

  /** The segments of a day; undefined where the manifest does not say, which is noted. */
  async #segmentsOf(day: string): Promise<readonly SegmentInfo[] | undefined> {
    try {
      return await this.#known.segmentsOf(day).catch(async (error: unknown) => {
        if (!isCorrupt(error)) throw error
        // What the manifest said when it was read has been written anew since.
        this.#known = await this.#options.read()
        return this.#known.segmentsOf(day)
      })
    } catch (error) {
      if (!isCorrupt(error)) throw error
      this.#note({ key: SEGMENT_PREFIX + day, fault: 'manifest', detail: error.message })
      return undefined
    }
  }

  async #faultsOf(
    day: string,
    counted: readonly Counted[],
    found: ReadonlyMap<string, ObjectInfo>,
  ): Promise<ObjectFault[]> {
    const faults: ObjectFault[] = []
    const left = counted.values()
    const work = async () => {
      for (const one of left) {
        this.#options.signal?.throwIfAborted()
        const fault = await this.#faultOf(one, found)
        if (fault !== undefined) faults.push(fault)
        this.#sum.bytes += one.bytes
        this.#options.onProgress?.({
          day,
          bytes: this.#sum.bytes,
          ofBytes: this.#known.bytes,
          faults: this.#faults.length + faults.length,
        })
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    return faults
  }

  async #faultOf(counted: Counted, found: ReadonlyMap<string, ObjectInfo>): Promise<ObjectFault | undefined> {
    const { objects, quick, signal } = this.#options
    const { key, bytes, crc, events } = counted
    let size = found.get(key)?.size
    if (size === undefined) {
      size = await objects.size(key, signal)
      this.#elsewhere.add(key)
    }
    if (size === undefined) return { key, fault: 'missing', events }
    if (size !== bytes) return { key, fault: 'size', events, detail: `${size} bytes, ${bytes} were written` }
    if (quick === true) return undefined
    try {
      const read = await storedCrc(objects, counted, { ...(signal !== undefined && { signal }) })
      return read === crc ? undefined : { key, fault: 'checksum', events }
    } catch (error) {
      if (!(error instanceof ObjectStoreError) || (error.code !== 'missing' && error.code !== 'range'))
        throw error
      return { key, fault: 'missing', events }
    }
  }

  /** Keeps what is still so by what the manifest says now. */
  async #settle(day: string, faults: readonly ObjectFault[], unknown: readonly ObjectInfo[]): Promise<void> {
    if (faults.length === 0 && unknown.length === 0) return
    this.#known = await this.#options.read()
    const counting = new Set((await this.#segmentsOf(day))?.flatMap(objectKeysOf))
    for (const fault of faults) if (counting.has(fault.key)) this.#note(fault)
    const { dropped } = this.#known
    for (const object of unknown)
      if (!counting.has(object.key) && !dropped.has(object.key)) this.#unknown.push(object)
  }

  #note(fault: ObjectFault): void {
    this.#faults.push(fault)
    this.#options.onFault?.(fault)
  }
}

function countedOf(segment: SegmentInfo): Counted[] {
  return storedFilesOf(segment).map((stored) => ({
    ...stored,
    key: segmentKey(stored.file),
    events: segment.rows,
  }))
}

function isCorrupt(error: unknown): error is LogStoreError {
  return error instanceof LogStoreError && error.code === 'corrupt'
}
