import type { RequiredTerms } from '@heartwood/query-lang'
import { LogStoreError } from '../../port.ts'
import type { FileBytes } from '../fetch/file-bytes.ts'
import { isErrorCode } from '../files/durable-files.ts'
import { type QuestionFiles, readEach } from '../files/segment-files.ts'
import type { CountCell } from '../manifest/level-counts.ts'
import type { SegmentInfo } from '../manifest/manifest-format.ts'
import { headLength, type IdxEntry } from './idx-file.ts'
import { type ColumnPairs, decodePairs, joinedPairs } from './letter-pairs.ts'
import { OpenIndex } from './open-index.ts'
import { type CandidateGroup, type PlannedSegment, plannedWithin } from './planned-segment.ts'
import { QuotientProbe } from './quotient-filter.ts'
import { RecentlyUsed } from './recently-used.ts'
import { decodeCounts, joinedCounts, type ServiceCount } from './service-counts.ts'
import { SlicedFilter } from './sliced-filter.ts'
import { type TermTest, termTest } from './term-test.ts'
import { decodeTimeCounts } from './time-counts.ts'

export interface SegmentIndexesOptions {
  /** Of parts that are kept in memory. */
  readonly maxBytes: number
  /** Called once for each file that is not what was written. Its segment is read without it. */
  readonly onDamaged: (file: string, error: unknown) => void
}

/** Segments whose index is read at the same time. */
const READ_AT_ONCE = 8

/**
 * The `.idx` files of a store, for reading. They only ever save work: where one is missing or damaged, its segment is
 * read as if nothing were known about it.
 */
export class SegmentIndexes {
  readonly #options: SegmentIndexesOptions
  readonly #directories: RecentlyUsed<readonly IdxEntry[]>
  readonly #filters: RecentlyUsed<QuotientProbe>
  readonly #counts: RecentlyUsed<readonly ServiceCount[]>
  readonly #groupCounts: RecentlyUsed<readonly (readonly ServiceCount[])[]>
  readonly #timeCounts: RecentlyUsed<readonly (readonly CountCell[])[]>
  readonly #pairs: RecentlyUsed<ColumnPairs>
  /** By segment, of each row group. */
  readonly #sums: RecentlyUsed<readonly (Uint8Array | undefined)[]>
  readonly #damaged = new Set<string>()

  constructor(options: SegmentIndexesOptions) {
    this.#options = options
    const { maxBytes } = options
    this.#directories = new RecentlyUsed(maxBytes / 16)
    this.#filters = new RecentlyUsed((maxBytes * 10) / 16)
    this.#counts = new RecentlyUsed(maxBytes / 16)
    this.#groupCounts = new RecentlyUsed(maxBytes / 8)
    this.#timeCounts = new RecentlyUsed(maxBytes / 16)
    this.#pairs = new RecentlyUsed(maxBytes / 16)
    this.#sums = new RecentlyUsed(maxBytes / 16)
  }

  /** Of parts in memory. */
  get keptBytes(): number {
    return this.#kept().reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** Forgets the parts of all files but these. */
  keepOnly(files: ReadonlySet<string>): void {
    for (const parts of this.#kept()) parts.keepOnly(files)
  }

  #kept() {
    return [
      this.#directories,
      this.#filters,
      this.#counts,
      this.#groupCounts,
      this.#timeCounts,
      this.#pairs,
      this.#sums,
    ]
  }

  /** The segments of which some row can have what is required. Reads nothing where that is anything. */
  async holding(
    segments: readonly SegmentInfo[],
    required: RequiredTerms,
    files: QuestionFiles,
  ): Promise<PlannedSegment[]> {
    if (required.kind === 'nothing') return []
    if (required.kind === 'anything') return [...segments]
    const test = termTest(required)
    const planned = await mapAtOnce(READ_AT_ONCE, segments, (segment) => this.#planned(segment, test, files))
    return planned.filter((segment) => segment !== undefined)
  }

  /** The same segments with the pairs of letters in their columns, as far as their indexes tell them. */
  withPairs(segments: readonly PlannedSegment[], files: QuestionFiles): Promise<PlannedSegment[]> {
    return mapAtOnce(READ_AT_ONCE, segments, async (segment) => {
      const pairs = this.#pairs.get(segment.file) ?? (await this.#readPairs(segment, files))
      return pairs === undefined ? segment : { ...segment, pairs }
    })
  }

  #readPairs(segment: SegmentInfo, files: QuestionFiles): Promise<ColumnPairs | undefined> {
    return this.#reading(segment, files, undefined, async (index) => {
      const parts = (await index.entries()).map(({ pairs }) => pairs)
      if (!parts.every((part) => part !== undefined)) return undefined
      const pairs = joinedPairs((await index.parts(parts)).map(decodePairs))
      this.#pairs.set(segment.file, pairs, pairs.size * BYTES_A_COLUMN)
      return pairs
    })
  }

  /** How many events of each service and level a segment has, by service; undefined where its index does not say. */
  async serviceCounts(
    segment: SegmentInfo,
    files: QuestionFiles,
  ): Promise<readonly ServiceCount[] | undefined> {
    const kept = this.#counts.get(segment.file)
    if (kept !== undefined) return kept
    const groups = await this.groupServiceCounts(segment, files)
    if (groups === undefined) return undefined
    const counts = joinedCounts(groups)
    this.#counts.set(segment.file, counts, counts.length * BYTES_A_SERVICE)
    return counts
  }

  /** The same of each row group. */
  async groupServiceCounts(
    segment: SegmentInfo,
    files: QuestionFiles,
  ): Promise<readonly (readonly ServiceCount[])[] | undefined> {
    const kept = this.#groupCounts.get(segment.file)
    if (kept !== undefined) return kept
    return this.#reading(segment, files, undefined, async (index) => {
      const entries = await index.entries()
      const parts = entries.map(({ counts }) => counts)
      if (!parts.every((part) => part !== undefined)) return undefined
      const groups = (await index.parts(parts)).map(decodeCounts)
      for (const [number, counts] of groups.entries()) {
        const sum = counts.reduce((all, { levels }) => levels.reduce((some, count) => some + count, all), 0)
        requireRows(sum, entries[number]?.rows)
      }
      const services = groups.reduce((sum, counts) => sum + counts.length, 0)
      this.#groupCounts.set(segment.file, groups, services * BYTES_A_SERVICE)
      return groups
    })
  }

  /** How many events of each level each row group has in narrow buckets; undefined where the index does not say. */
  async timeCounts(
    segment: SegmentInfo,
    files: QuestionFiles,
  ): Promise<readonly (readonly CountCell[])[] | undefined> {
    const kept = this.#timeCounts.get(segment.file)
    if (kept !== undefined) return kept
    return this.#reading(segment, files, undefined, async (index) => {
      const entries = await index.entries()
      const parts = entries.map(({ times }) => times)
      if (!parts.every((part) => part !== undefined)) return undefined
      const groups = (await index.parts(parts)).map(decodeTimeCounts)
      for (const [number, cells] of groups.entries()) {
        const sum = cells.reduce((all, { count }) => all + count, 0)
        requireRows(sum, entries[number]?.rows)
      }
      const cells = groups.reduce((sum, { length }) => sum + length, 0)
      this.#timeCounts.set(segment.file, groups, cells * BYTES_A_CELL)
      return groups
    })
  }

  /** The segment, with the spans of its row groups that pass, or undefined if none does. */
  async #planned(
    segment: SegmentInfo,
    test: TermTest,
    files: QuestionFiles,
  ): Promise<PlannedSegment | undefined> {
    if (segment.idx === undefined || this.#damaged.has(segment.file)) return segment
    const entries = this.#directories.get(segment.file)
    const groups = entries === undefined ? undefined : this.#keptGroups(segment.file, entries, test)
    if (groups !== undefined) return plannedWithin(segment, groups)
    const slices = files.openIndexSlices(segment)
    if (slices !== undefined) {
      using file = slices
      return await this.#reading(segment, files, segment, async (index) => {
        const passing = await this.#slicedGroups(index, file, test, files)
        return plannedWithin(segment, passing ?? (await this.#readGroups(index, test)))
      })
    }
    return this.#reading(segment, files, segment, async (index) => {
      return plannedWithin(segment, await this.#readGroups(index, test))
    })
  }

  /** Which row groups pass, or undefined where a filter that is asked is not in memory. */
  #keptGroups(file: string, entries: readonly IdxEntry[], test: TermTest): CandidateGroup[] | undefined {
    const groups: CandidateGroup[] = []
    for (const [number, { rows, terms }] of entries.entries()) {
      const filter = terms === undefined ? undefined : this.#filters.get(`${file} ${number}`)
      if (terms !== undefined && filter === undefined) return undefined
      groups.push({ rows, passes: filter === undefined || test((term) => filter.has(term)) })
    }
    return groups
  }

  /** Which row groups pass, by the few kilobytes of their filters that say so; undefined for a file without sums. */
  async #slicedGroups(
    index: OpenIndex,
    file: FileBytes,
    test: TermTest,
    files: QuestionFiles,
  ): Promise<CandidateGroup[] | undefined> {
    const entries = await this.#entries(index)
    if (entries.some(({ terms, sums }) => terms !== undefined && sums === undefined)) return undefined
    const sums = this.#sums.get(index.segment.file) ?? (await this.#readSums(index, entries))
    return files.reading(() =>
      readEach([...entries.entries()], ([number, { rows, terms }]) => {
        const ofGroup = sums[number]
        if (terms === undefined || ofGroup === undefined) return { rows, passes: true }
        const filter = new QuotientProbe(new SlicedFilter(file, terms, ofGroup))
        return { rows, passes: test((term) => filter.has(term)) }
      }),
    )
  }

  async #readSums(
    index: OpenIndex,
    entries: readonly IdxEntry[],
  ): Promise<readonly (Uint8Array | undefined)[]> {
    const parts = await index.parts(entries.flatMap(({ sums }) => sums ?? []))
    const sums = entries.map(({ sums }) => (sums === undefined ? undefined : parts.shift()))
    this.#sums.set(
      index.segment.file,
      sums,
      sums.reduce((bytes, part) => bytes + (part?.length ?? 0), 0),
    )
    return sums
  }

  async #entries(index: OpenIndex): Promise<readonly IdxEntry[]> {
    const { file } = index.segment
    const kept = this.#directories.get(file)
    if (kept !== undefined) return kept
    const entries = await index.entries()
    this.#directories.set(file, entries, headLength(entries.length) * 4)
    return entries
  }

  async #readGroups(index: OpenIndex, test: TermTest): Promise<CandidateGroup[]> {
    const { file } = index.segment
    const entries = await this.#entries(index)
    const keyOf = (number: number) => `${file} ${number}`
    const filters = entries.map(({ terms }, number) => terms && this.#filters.get(keyOf(number)))
    const missing = [...entries.keys()].filter((number) => entries[number]?.terms && !filters[number])
    const parts = await index.parts(missing.flatMap((number) => entries[number]?.terms ?? []))
    for (const [at, number] of missing.entries()) {
      const bytes = parts[at]
      if (bytes === undefined) continue
      const filter = new QuotientProbe(bytes)
      filters[number] = filter
      this.#filters.set(keyOf(number), filter, bytes.length)
    }
    return entries.map(({ rows }, number) => {
      const filter = filters[number]
      return { rows, passes: filter === undefined || test((term) => filter.has(term)) }
    })
  }

  /** Reads the index of a segment, or gives `otherwise` where it has none that is whole. */
  async #reading<T>(
    segment: SegmentInfo,
    files: QuestionFiles,
    otherwise: T,
    read: (index: OpenIndex) => Promise<T>,
  ): Promise<T> {
    if (segment.idx === undefined || this.#damaged.has(segment.file)) return otherwise
    try {
      await using index = await OpenIndex.open(files, segment)
      return await read(index)
    } catch (error) {
      if (isDamage(error)) {
        this.#damaged.add(segment.file)
        this.#options.onDamaged(segment.file, error)
      } else if (error instanceof LogStoreError) throw error
      // Anything else, such as too many open files, may be over the next time.
      return otherwise
    }
  }
}

/** Whether an index is not what was written; another LogStoreError is of the question, or of where the files lie. */
function isDamage(error: unknown): boolean {
  if (error instanceof LogStoreError) return error.code === 'corrupt' || error.code === 'newer_format'
  return error instanceof RangeError || isErrorCode(error, 'ENOENT')
}

/** The pairs and what is around them. */
const BYTES_A_COLUMN = 300
/** A name, seven numbers and the objects around them. */
const BYTES_A_SERVICE = 200

/** An object with two bigints. */
const BYTES_A_CELL = 100

function requireRows(counted: number, rows: number | undefined): void {
  if (counted !== rows)
    throw new LogStoreError('corrupt', `an index that counts ${counted} events of ${rows}`)
}

/** Maps items, so many at once, in their order. */
async function mapAtOnce<Item, Result>(
  limit: number,
  items: readonly Item[],
  map: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const entries = items.entries()
  const work = async () => {
    for (const [index, item] of entries) results[index] = await map(item)
  }
  await Promise.all(Array.from({ length: limit }, work))
  return results
}
