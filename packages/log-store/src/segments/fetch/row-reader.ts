import type { SegmentFiles, SegmentRange } from '../files/segment-files.ts'
import { OWN_FIELD_IDS } from '../manifest/field-catalog.ts'
import { LEVEL_OF_SEVERITY } from '../manifest/level-counts.ts'
import type { SegmentInfo } from '../manifest/manifest-format.ts'
import { asCorrupt } from '../questions/read-errors.ts'
import type { FileBytes } from './file-bytes.ts'
import { MemoryCache } from './memory-cache.ts'
import { type PageRows, type PageValue, readDictionary, readPage, type Values } from './page-values.ts'
import { type ChunkPages, findPages, unpackPage } from './pages.ts'
import { type ChunkPlace, type FileGroups, type RowGroup, readRowGroups } from './row-groups.ts'
import { type RowTimes, rowTimes } from './row-times.ts'
import { pagesWith, pageWithoutValues } from './some-pages.ts'
import { type UnpackedChunk, wholeBytes, wholeInt64s } from './whole-columns.ts'

/** Values of one row group, read page by page as they are asked for. */
export interface GroupReader extends Disposable {
  /** The value of a column (by field id) in a row, counted from the first one of the group; undefined for none. */
  value(field: number, row: number): PageValue | undefined
  readonly rows: number
  /** The time of each row. */
  times(): RowTimes
  /** The level of each row as its index in LEVELS. */
  levels(): Uint8Array
  /**
   * The column, unpacked and not kept; undefined where the row group lacks it.
   * @param rows rising; pages that hold none of them look as if no row had a value. Without it, all pages are whole.
   */
  chunk(field: number, rows?: Uint32Array): UnpackedChunk | undefined
  /** Runs what decodes something of this row group; what it throws becomes damage of the file. */
  decoding<T>(decode: () => T): T
}

/** What may be in memory of each kind, bytes. */
export interface RowReaderBounds {
  /** Unpacked pages. */
  readonly pages: number
  readonly dictionaries: number
  readonly times: number
  readonly levels: number
  /** Where row groups lie, and as much again for where pages do. */
  readonly places: number
}

const MIB = 1024 * 1024
const BOUNDS: RowReaderBounds = {
  pages: 48 * MIB,
  dictionaries: 8 * MIB,
  times: 32 * MIB,
  levels: 4 * MIB,
  places: 8 * MIB,
}
/** About what the place of a page takes in memory. */
const PLACE_BYTES = 100

/**
 * Reads single rows of segments: of each column only the pages that they lie in. DuckDB unpacks a whole row group for
 * any row of it, which takes most of the time that a page of logs has. Pages are kept for a while, since the newest ones
 * are looked at again and again.
 */
export class RowReader {
  readonly #files: SegmentFiles
  readonly #groups: MemoryCache<FileGroups & { bytes: number }>
  readonly #places: MemoryCache<{ pages: ChunkPages; bytes: number }>
  readonly #dictionaries: MemoryCache<Values>
  readonly #pages: MemoryCache<PageRows>
  readonly #times: MemoryCache<RowTimes & { bytes: number }>
  readonly #levels: MemoryCache<{ levels: Uint8Array; bytes: number }>

  constructor(files: SegmentFiles, bounds: RowReaderBounds = BOUNDS) {
    this.#files = files
    this.#groups = new MemoryCache(bounds.places)
    this.#places = new MemoryCache(bounds.places)
    this.#dictionaries = new MemoryCache(bounds.dictionaries)
    this.#pages = new MemoryCache(bounds.pages)
    this.#times = new MemoryCache(bounds.times)
    this.#levels = new MemoryCache(bounds.levels)
  }

  /** Of what is in memory. */
  get keptBytes(): number {
    return this.#kept().reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** Forgets what it knows of all files but these. */
  keepOnly(files: ReadonlySet<string>): void {
    for (const parts of this.#kept()) parts.keepOnly(files)
  }

  #kept() {
    return [this.#groups, this.#places, this.#dictionaries, this.#pages, this.#times, this.#levels]
  }

  /** The row groups of a segment in their order. Throws LogStoreError `corrupt`. */
  groups(segment: SegmentInfo): readonly RowGroup[] {
    return this.#fileGroups(segment).groups
  }

  /** Where DuckDB reads a segment when it looks at some columns (by field id) of some of its row groups. */
  ranges(segment: SegmentInfo, groups: readonly RowGroup[], fields: readonly number[]): SegmentRange[] {
    const { footerAt } = this.#fileGroups(segment)
    const ranges: SegmentRange[] = [{ segment, offset: footerAt, length: segment.bytes - footerAt }]
    for (const { chunks } of groups)
      for (const field of fields) {
        const chunk = chunks.get(field)
        if (chunk === undefined) continue
        ranges.push({ segment, offset: chunk.offset, length: chunk.length })
        if (chunk.bloom !== undefined) ranges.push({ segment, ...chunk.bloom })
      }
    return ranges
  }

  #fileGroups(segment: SegmentInfo): FileGroups {
    return this.#groups.get(segment.file, () =>
      this.#reading(segment, () => {
        using file = this.#files.open(segment)
        const found = readRowGroups(file)
        const bytes = found.groups.reduce((sum, { chunks }) => sum + chunks.size * PLACE_BYTES, 0)
        return { ...found, bytes }
      }),
    )
  }

  /** Opens a row group; `number` counts from 0. Reading from it throws LogStoreError `corrupt` where the file is damaged. */
  open(segment: SegmentInfo, number: number): GroupReader {
    const group = this.groups(segment)[number]
    if (group === undefined) throw new Error(`${segment.file} has no row group ${number}`)
    const columns = new Map<number, (row: number) => PageValue | undefined>()
    const none = () => undefined
    // Opened only where a page is not in memory.
    let opened: FileBytes | undefined
    const file = () => (opened ??= this.#files.open(segment))
    const value = (field: number, row: number) =>
      this.#reading(segment, () => {
        let column = columns.get(field)
        if (column === undefined) {
          const chunk = group.chunks.get(field)
          column =
            chunk === undefined ? none : this.#column(`${segment.file} ${number} ${field}`, file, chunk)
          columns.set(field, column)
        }
        return column(row)
      })
    const key = `${segment.file} ${number}`
    const chunk = (field: number, rows?: Uint32Array) =>
      this.#reading(segment, () => {
        const place = group.chunks.get(field)
        return place && this.#unpacked(`${key} ${field}`, file, place, { of: group.rows, wanted: rows })
      })
    const decoding = <T>(decode: () => T) => this.#reading(segment, decode)
    const times = () => this.#times.get(key, () => decoding(() => timesOf(chunk(OWN_FIELD_IDS.timestamp))))
    return {
      // Times are mostly looked through before a row is read.
      value: (field, row) => (field === OWN_FIELD_IDS.timestamp ? times().exact[row] : value(field, row)),
      rows: group.rows,
      chunk,
      decoding,
      times,
      levels: () =>
        this.#levels.get(key, () => {
          const levels = decoding(() => levelsOf(chunk(OWN_FIELD_IDS.severity_number), group.rows))
          return { levels, bytes: levels.byteLength }
        }).levels,
      [Symbol.dispose]: () => opened?.[Symbol.dispose](),
    }
  }

  #pagesOf(key: string, file: () => FileBytes, chunk: ChunkPlace): ChunkPages {
    return this.#places.get(key, () => {
      file().require(chunk.offset, chunk.length)
      const pages = findPages(file(), chunk)
      return { pages, bytes: (pages.data.length + 2) * PLACE_BYTES }
    }).pages
  }

  #unpacked(
    key: string,
    file: () => FileBytes,
    chunk: ChunkPlace,
    rows: { readonly of: number; readonly wanted: Uint32Array | undefined },
  ): UnpackedChunk {
    file().require(chunk.offset, chunk.length)
    const { dictionary, data } = this.#pagesOf(key, file, chunk)
    const holds =
      rows.wanted &&
      pagesWith(
        data.map(({ count }) => count),
        rows.wanted,
      )
    return {
      rows: rows.of,
      dictionary: dictionary && { bytes: unpackPage(file(), dictionary), count: dictionary.count },
      pages: data.map((page, index) => ({
        bytes: holds?.[index] === false ? pageWithoutValues(page.count) : unpackPage(file(), page),
        rows: page.count,
        encoding: page.encoding,
      })),
    }
  }

  #column(key: string, file: () => FileBytes, chunk: ChunkPlace): (row: number) => PageValue | undefined {
    const { dictionary, data } = this.#pagesOf(key, file, chunk)
    const { type } = chunk
    const values = () =>
      dictionary &&
      this.#dictionaries.get(key, () =>
        readDictionary(unpackPage(file(), dictionary), type, dictionary.count),
      )
    let current: { from: number; to: number; rows: PageRows } | undefined
    return (row) => {
      if (current === undefined || row < current.from || row >= current.to) {
        const { index, page, from } = pageOf(data, row)
        const rows = this.#pages.get(`${key} ${index}`, () =>
          readPage(unpackPage(file(), page), { type, rows: page.count, encoding: page.encoding }, values()),
        )
        current = { from, to: from + page.count, rows }
      }
      return current.rows.at(row - current.from)
    }
  }

  #reading<T>(segment: SegmentInfo, read: () => T): T {
    try {
      return read()
    } catch (error) {
      throw asCorrupt(error, this.#files.named(segment))
    }
  }
}

function timesOf(chunk: UnpackedChunk | undefined): RowTimes & { bytes: number } {
  if (chunk === undefined) throw new Error('a row group without times')
  const { values } = wholeInt64s(chunk)
  return { ...rowTimes(values), bytes: values.byteLength }
}

function levelsOf(chunk: UnpackedChunk | undefined, rows: number): Uint8Array {
  const levels = chunk === undefined ? new Uint8Array(rows) : wholeBytes(chunk)
  for (let row = 0; row < rows; row++) levels[row] = LEVEL_OF_SEVERITY[levels[row] ?? 0] ?? 0
  return levels
}

function pageOf(pages: ChunkPages['data'], row: number) {
  let from = 0
  for (const [index, page] of pages.entries()) {
    if (row < from + page.count) return { index, page, from }
    from += page.count
  }
  throw new Error(`a chunk of ${from} rows has no row ${row}`)
}
