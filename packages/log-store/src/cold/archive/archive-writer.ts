import { rename, rm } from 'node:fs/promises'
import type { EventBatch } from '@heartwood/event'
import { type ObjectStore, ObjectStoreError } from '@heartwood/object-store'
import { calledOff } from '../../called-off.ts'
import { LogStoreError } from '../../port.ts'
import { planColumns } from '../../segments/append/column-plan.ts'
import { dayOf, segmentFileName } from '../../segments/append/segment-day.ts'
import { idxPath, segmentPath, segmentPaths, segmentsDirectory } from '../../segments/append/segment-file.ts'
import { dropDeleted } from '../../segments/append/tombstones.ts'
import { removingOnFailure, writeRows } from '../../segments/append/write-rows.ts'
import { Lock } from '../../segments/lock.ts'
import { type SegmentInfo, storedBytes } from '../../segments/manifest/manifest-format.ts'
import { readSegments } from '../../segments/merge/read-segments.ts'
import { type ArchivedRange, archiveChange, type Refusal, refusalOf } from '../manifest/archive-change.ts'
import type { ColdCommitter } from '../manifest/cold-committer.ts'
import type { BatchesInfo } from '../manifest/cold-format.ts'
import { batchesKey } from '../manifest/cold-keys.ts'
import { asArchiveError, type ColdManifest } from '../manifest/cold-manifest.ts'
import type { ColdState } from '../manifest/cold-state.ts'
import { reservation } from '../manifest/field-reservation.ts'
import { uploadsStanding } from '../manifest/uploads-standing.ts'
import { decodeBatches, encodeBatches } from './batch-hashes.ts'
import { Gather, type GatheredRecords, type Uploaded } from './gather.ts'
import { joinSegments } from './join-day.ts'
import { KnownBatches } from './known-batches.ts'
import { scratchFiles } from './scratch-files.ts'
import { uploadSegment } from './upload-segment.ts'

/** From so many rows, or bytes of bodies, on a row group is written to the scratch folder. */
const BLOCK_ROWS = 65_536
const BLOCK_BODY_BYTES = 48 << 20
const OBJECTS_AT_ONCE = 8
const ASSIGN_ATTEMPTS = 3

export interface ArchiveWriterParts {
  readonly objects: ObjectStore
  readonly manifest: ColdManifest
  readonly committer: ColdCommitter
  /** Runs a task under the lease of the archive, which gives it its epoch; again, where the lease was lost meanwhile. */
  readonly fenced: <T>(task: (epoch: bigint) => Promise<T>, signal?: AbortSignal) => Promise<T>
  /** While something is being stored, so many bytes of files may be gathered beside it. */
  readonly waitingBytes: number
  /** A folder for files on their way. Whatever is in it goes. */
  readonly dir: string
  readonly newName: () => string
  /** Milliseconds of a clock that never goes back. */
  readonly clock: () => number
  readonly observer?: ArchiveObserver
}

export interface ArchiveObserver {
  archived(events: number, bytes: number, segments: number): void
  uploaded(millis: number): void
}

/** How a commit ended. */
export type Archived =
  | { readonly kind: 'archived'; readonly ranges: readonly ArchivedRange[] }
  /** Another member had some of the partitions meanwhile: all that was gathered has to be read again. */
  | { readonly kind: 'moved'; readonly partitions: readonly number[] }

/**
 * Gathers what is read of the queue, and archives it: rows are encoded into row groups in a scratch folder, joined by day,
 * uploaded, and then made to count by one entry of the manifest, with positions and batch ids. While something is stored,
 * more can be gathered.
 */
export class ArchiveWriter {
  readonly #parts: ArchiveWriterParts
  readonly #encoding = new Lock()
  readonly #storing = new Lock()
  readonly #known = new KnownBatches()
  readonly #positions = new Map<number, bigint | null>()
  #gather: Gather
  /** What is being stored; until it counts, batches and positions are known from here. */
  #underWay: Gather | undefined
  /** Resolves when what is being stored is stored or forgotten. */
  #stored = Promise.withResolvers<void>()

  private constructor(parts: ArchiveWriterParts) {
    this.#parts = parts
    this.#gather = this.#newGather()
  }

  static async open(parts: ArchiveWriterParts): Promise<ArchiveWriter> {
    await parts.manifest.refresh()
    await rm(parts.dir, { recursive: true, force: true })
    await scratchFiles.makeDirectory(segmentsDirectory(parts.dir))
    return new ArchiveWriter(parts)
  }

  /** Bytes of the files that wait, and how long the oldest of what waits has been here, milliseconds. */
  get waiting(): { readonly bytes: number; readonly events: number; readonly millis: number } {
    const { fileBytes, events, startedAt } = this.#gather
    return { bytes: fileBytes, events, millis: startedAt === undefined ? 0 : this.#parts.clock() - startedAt }
  }

  /** Whether something is being stored, or waits for another attempt. */
  get isStoring(): boolean {
    return this.#underWay !== undefined
  }

  /** The oldest receipt of what is read and not archived, epoch nanoseconds. */
  get oldest(): bigint | undefined {
    return this.#underWay?.oldest ?? this.#gather.oldest
  }

  /** Learns what is archived of partitions that are this process's from now on, and where they stand. */
  async assign(partitions: readonly number[], signal?: AbortSignal): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#assign(partitions, signal)
      } catch (error) {
        // What was there a moment ago may have been joined with others since.
        const again = error instanceof ObjectStoreError && error.code === 'missing'
        if (!again || attempt === ASSIGN_ATTEMPTS) throw asArchiveError(error)
      }
    }
  }

  /** Forgets what is archived of partitions that are somebody else's from now on. */
  unassign(partitions: readonly number[]): void {
    this.#known.forget(partitions)
    for (const partition of partitions) this.#positions.delete(partition)
  }

  /**
   * Up to where a partition is archived or gathered, as far as this process had a hand in it since `assign`: where somebody
   * else archives it meanwhile, the commit finds out.
   */
  position(partition: number): bigint | null {
    return (
      this.#gather.endOf(partition) ??
      this.#underWay?.endOf(partition) ??
      this.#positions.get(partition) ??
      null
    )
  }

  /** Whether a batch is archived, or gathered to be. */
  hasBatch(partition: number, batchId: string): boolean {
    return (
      this.#gather.hasBatch(partition, batchId) ||
      this.#underWay?.hasBatch(partition, batchId) === true ||
      this.#known.has(partition, batchId)
    )
  }

  /** Whether `hasBatch` would know a batch that was received then, had it been archived. */
  wouldKnow(named: boolean, receivedAt: bigint): boolean {
    return this.#known.covers(named, receivedAt)
  }

  /**
   * Takes the next records of a partition. They are gathered at once; it resolves when there is room for more, and throws
   * the reason of the signal where that comes first.
   */
  async add(records: GatheredRecords, signal: AbortSignal): Promise<void> {
    this.#gather.add(records, this.position(records.partition), this.#parts.clock())
    const { rows, bodyBytes } = this.#gather
    if (rows >= BLOCK_ROWS || bodyBytes >= BLOCK_BODY_BYTES) await this.#encode(this.#gather)
    const { waitingBytes } = this.#parts
    while (this.#underWay !== undefined && this.#gather.fileBytes >= waitingBytes)
      await calledOff(this.#stored.promise, signal)
  }

  /**
   * Archives all that was gathered before. Where it throws nothing is lost, and the next call tries it again; after `moved`
   * all of it is forgotten.
   */
  archive(signal?: AbortSignal): Promise<Archived> {
    return this.#storing.run(async () => {
      try {
        return await this.#archive(signal)
      } catch (error) {
        throw asArchiveError(error)
      }
    })
  }

  /** Forgets what was gathered: it is read again, by whoever has the partitions then. */
  async discard(): Promise<void> {
    await this.#storing.run(async () => undefined)
    await this.#encoding.run(async () => {
      const files = [this.#underWay, this.#gather].flatMap((gather) => gather?.blocks ?? [])
      this.#gather = this.#newGather()
      this.#leave()
      await this.#remove(files)
    })
  }

  async #assign(partitions: readonly number[], signal: AbortSignal | undefined): Promise<void> {
    const { manifest, objects } = this.#parts
    const { batches, positions } = await manifest.refresh(signal)
    const ours = new Set(partitions)
    this.unassign(partitions)
    for (let from = 0; from < batches.length; from += OBJECTS_AT_ONCE)
      await Promise.all(
        batches.slice(from, from + OBJECTS_AT_ONCE).map(async (info) => {
          const content = await objects.get(batchesKey(info.file), { ...(signal && { signal }) })
          const sections = decodeBatches(content, info)
          this.#known.add(sections.filter(({ partition }) => ours.has(partition)))
        }),
      )
    for (const partition of partitions) this.#positions.set(partition, positions.get(partition) ?? null)
  }

  /** Nothing is being stored any more. */
  #leave(): void {
    this.#underWay = undefined
    this.#stored.resolve()
    this.#stored = Promise.withResolvers()
  }

  #newGather(): Gather {
    const { tombstones, tombstonesMade } = this.#parts.manifest.state
    return new Gather(this.#parts.newName(), { tombstones, tombstonesMade })
  }

  async #archive(signal: AbortSignal | undefined): Promise<Archived> {
    // What could not be stored goes first, by itself: its commit may have been made.
    if (this.#underWay === undefined) {
      if (this.#gather.isEmpty) return { kind: 'archived', ranges: [] }
      this.#underWay = this.#gather
      this.#gather = this.#newGather()
    }
    const gather = this.#underWay
    await this.#encode(gather)
    const outcome = await this.#store(gather, signal)
    if (outcome.kind === 'archived') this.#keep(gather)
    const left = outcome.kind === 'moved' ? this.#gather.blocks : []
    if (outcome.kind === 'moved') this.#gather = this.#newGather()
    this.#leave()
    await this.#remove([...gather.blocks, ...(gather.uploaded?.segments ?? []), ...left])
    return outcome
  }

  /** Remembers what counts from now on, of partitions that are still this process's. */
  #keep({ sections, ranges }: Gather): void {
    const ours = (partition: number) => this.#positions.has(partition)
    this.#known.add(sections.filter(({ partition }) => ours(partition)))
    for (const { partition, to } of ranges) if (ours(partition)) this.#positions.set(partition, to)
  }

  /** Writes the rows that are in memory to the scratch folder. */
  #encode(gather: Gather): Promise<void> {
    return this.#encoding.run(async () => {
      if (gather.rows === 0) return
      const { bodyBytes } = gather
      const taken = gather.takeRows()
      try {
        const rows = dropDeleted(taken, gather.tombstones)
        if (rows.length > 0) gather.blocks.push(...(await this.#write(rows)))
      } catch (error) {
        gather.putBack(taken, bodyBytes)
        throw error
      }
    })
  }

  async #write(rows: EventBatch): Promise<SegmentInfo[]> {
    const { dir, manifest, newName } = this.#parts
    await this.#reserve(rows)
    const created: string[] = []
    return removingOnFailure(scratchFiles, created, () =>
      writeRows(scratchFiles, dir, rows, manifest.catalog, newName, created),
    )
  }

  /** Sees to it that the catalog has every column that the rows can have. */
  async #reserve(rows: EventBatch): Promise<void> {
    const { manifest, committer, fenced } = this.#parts
    const { added } = planColumns(rows, manifest.catalog)
    if (added.length === 0) return
    const wanted = added.map(([, area, key, type]) => [area, key, type] as const)
    await fenced((epoch) =>
      committer.commit(
        (state) =>
          reservation(
            state,
            wanted.map(([area, key, type]) => [area, key, type]),
          ),
        {
          epoch,
        },
      ),
    )
  }

  async #store(gather: Gather, signal: AbortSignal | undefined): Promise<Archived> {
    for (;;) {
      gather.uploaded ??= await this.#upload(gather, signal)
      const { segments, batches } = gather.uploaded
      const refusal = await this.#commit(gather, segments, batches, signal)
      if (refusal === undefined) {
        const bytes = segments.reduce((sum, segment) => sum + storedBytes(segment), 0)
        this.#parts.observer?.archived(gather.events, bytes, segments.length)
        return { kind: 'archived', ranges: gather.ranges }
      }
      if (refusal.kind === 'moved') return refusal
      gather.uploaded = undefined
      if (refusal.kind === 'outdated') await this.#dropDeleted(gather)
      else gather.blocks = await Promise.all(gather.blocks.map((block) => this.#renamed(block)))
    }
  }

  async #upload(gather: Gather, signal: AbortSignal | undefined): Promise<Uploaded> {
    const { objects, dir, manifest, newName, observer, clock } = this.#parts
    const joining = { files: scratchFiles, dir, catalog: manifest.catalog, newName }
    const segments = await joinSegments(joining, gather.blocks)
    const begun = clock()
    for (const segment of segments) await uploadSegment(objects, dir, segment, signal)
    let batches: BatchesInfo | undefined
    if (gather.sections.length > 0) {
      const encoded = encodeBatches(`${gather.name}.bin`, gather.sections)
      await objects.put(batchesKey(encoded.info.file), encoded.bytes, { ...(signal && { signal }) })
      batches = encoded.info
    }
    observer?.uploaded(clock() - begun)
    return { segments, batches }
  }

  /** Why it does not count; undefined when it does. */
  async #commit(
    gather: Gather,
    segments: readonly SegmentInfo[],
    batches: BatchesInfo | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Refusal | undefined> {
    const { committer, fenced } = this.#parts
    const request = { ranges: gather.ranges, segments, batches, tombstonesMade: gather.tombstonesMade }
    return fenced(async (epoch) => {
      let refusal: Refusal | undefined
      const committed = await committer.commit(
        async (state) => {
          refusal = refusalOf(state, request)
          if (refusal === undefined && (await this.#areGone(state, segments, signal)))
            refusal = { kind: 'gone' }
          return refusal === undefined ? archiveChange(request) : undefined
        },
        { epoch, name: gather.name, ...(signal && { signal }) },
      )
      return committed === undefined ? refusal : undefined
    }, signal)
  }

  /** Whether what was uploaded has to be uploaded again. Throws LogStoreError `unavailable` while it is still being deleted. */
  async #areGone(
    state: ColdState,
    segments: readonly SegmentInfo[],
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    const standing = await uploadsStanding(this.#parts.objects, state, segments, signal)
    if (standing === 'going')
      throw new LogStoreError(
        'unavailable',
        'what was uploaded long ago is being deleted; it is uploaded again then',
      )
    return standing === 'gone'
  }

  /** The same under a new name: who deletes the objects of the old one may do so once more. */
  async #renamed(block: SegmentInfo): Promise<SegmentInfo> {
    const { dir, newName } = this.#parts
    const file = segmentFileName(dayOf(block), newName())
    await rename(segmentPath(dir, block.file), segmentPath(dir, file))
    if (block.idx !== undefined) await rename(idxPath(dir, block.file), idxPath(dir, file))
    return { ...block, file }
  }

  /** Holds what is written against the deletes that have come meanwhile. */
  async #dropDeleted(gather: Gather): Promise<void> {
    const { manifest, dir, newName } = this.#parts
    const { tombstones, tombstonesMade } = manifest.state
    const fresh = tombstones.slice(-(tombstonesMade - gather.tombstonesMade))
    const kept: SegmentInfo[] = []
    const gone: SegmentInfo[] = []
    for (const block of gather.blocks) {
      const rows = await readSegments(scratchFiles, dir, [block], manifest.catalog)
      const rest = dropDeleted(rows, fresh)
      if (rest.length === rows.length) {
        kept.push(block)
        continue
      }
      gone.push(block)
      if (rest.length > 0)
        kept.push(...(await writeRows(scratchFiles, dir, rest, manifest.catalog, newName, [])))
    }
    gather.blocks = kept
    gather.tombstones = tombstones
    gather.tombstonesMade = tombstonesMade
    await this.#remove(gone)
  }

  async #remove(segments: readonly SegmentInfo[]): Promise<void> {
    for (const { file } of segments)
      for (const path of segmentPaths(this.#parts.dir, file)) await scratchFiles.remove(path)
  }
}
