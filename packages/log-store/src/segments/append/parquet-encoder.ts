import { setImmediate } from 'node:timers/promises'
import { type EventBatch, hasAnyValue, type StringColumn } from '@heartwood/event'
import { OWN_FIELD_IDS, TEXT_FIELD_IDS } from '../manifest/field-catalog.ts'
import type { ColumnChunk } from '../parquet/column-chunk.ts'
import type { Codec, FileColumn } from '../parquet/file-footer.ts'
import { booleanChunk, doubleChunk, int64Chunk } from '../parquet/number-chunk.ts'
import { ParquetFile } from '../parquet/parquet-file.ts'
import { plainDoubleChunk, plainInt64Chunk, plainTextChunk } from '../parquet/plain-chunk.ts'
import { type TextColumn, textChunk } from '../parquet/text-chunk.ts'
import type { PlannedColumn } from './column-plan.ts'
import { wellFormedJsons } from './well-formed.ts'

/** The unit of fetch for DuckDB. */
export const ROW_GROUP_ROWS = 65_536

/** What DuckDB looks up with `=` and nothing sorts by. */
const BLOOM_FILTERED: ReadonlySet<number> = new Set([TEXT_FIELD_IDS.trace_id, TEXT_FIELD_IDS.request_id])

export interface EncodedSegment {
  readonly bytes: Uint8Array
  /** Field ids of the columns in the file. */
  readonly fields: readonly number[]
}

/**
 * `sealed` is made once to be kept: small and quick to look up. `live` is made many times a second to be read for some
 * seconds: nothing is compressed, hashed or filtered.
 */
export type SegmentKind = 'sealed' | 'live'

/** How the columns of a kind of segment are encoded. */
interface ChunkEncoders {
  readonly codec: Codec
  text(column: TextColumn, from: number, to: number): ColumnChunk
  int64(values: BigInt64Array, marks: Uint8Array | undefined): ColumnChunk
  double(values: Float64Array, marks: Uint8Array | undefined): ColumnChunk
}

const ENCODERS: Readonly<Record<SegmentKind, ChunkEncoders>> = {
  sealed: { codec: 'zstd', text: textChunk, int64: int64Chunk, double: doubleChunk },
  live: {
    codec: 'uncompressed',
    text: ({ codes, values }, from, to) => plainTextChunk(codes.subarray(from, to), values),
    int64: plainInt64Chunk,
    double: plainDoubleChunk,
  },
}

/** A column of the file, and how the rows from `from` to `to` are encoded. */
interface EncodedColumn extends FileColumn {
  readonly chunk: (from: number, to: number) => ColumnChunk
}

/**
 * Writes the rows of a batch, in their order, as one Parquet file: an OPTIONAL column per field under its field id,
 * zstd pages with checksums, row groups of 64 K rows, statistics, Bloom filters on the ids people look up.
 * `columns` takes the place of the batch's attributes and resource. A live segment has plain pages and no filters.
 */
export async function encodeSegment(
  batch: EventBatch,
  columns: readonly (PlannedColumn & { readonly column: string })[],
  kind: SegmentKind = 'sealed',
): Promise<EncodedSegment> {
  const encoders = ENCODERS[kind]
  const encoded = [
    ...ownColumns(batch, encoders),
    ...columns.map((column) => attributeColumn(column, encoders)),
  ]
  const file = new ParquetFile(encoded, encoders.codec)
  for (let from = 0; from < batch.length; from += ROW_GROUP_ROWS) {
    const to = Math.min(from + ROW_GROUP_ROWS, batch.length)
    await file.addRowGroup(to - from, chunksOf(encoded, from, to, kind))
  }
  return { bytes: file.finish(), fields: encoded.map((column) => column.id) }
}

/**
 * Between two columns of a sealed segment the thread does what waits: a tail is not held up by all of it. A live one is
 * waited for itself, and soon done.
 */
async function* chunksOf(
  columns: readonly EncodedColumn[],
  from: number,
  to: number,
  kind: SegmentKind,
): AsyncGenerator<() => ColumnChunk> {
  for (const column of columns) {
    yield () => column.chunk(from, to)
    if (kind === 'sealed') await setImmediate()
  }
}

function* ownColumns(batch: EventBatch, encoders: ChunkEncoders): Generator<EncodedColumn> {
  yield textColumn(encoders, OWN_FIELD_IDS.id, 'id', batch.id)
  yield int64Column(encoders, OWN_FIELD_IDS.timestamp, 'timestamp', batch.timestamp)
  yield int64Column(encoders, OWN_FIELD_IDS.observed_at, 'observed_at', batch.observed_at)
  yield int64Column(
    encoders,
    OWN_FIELD_IDS.severity_number,
    'severity_number',
    widened(batch.severity_number),
  )
  yield {
    id: OWN_FIELD_IDS.weight,
    name: 'weight',
    type: 'double',
    chunk: (from, to) => encoders.double(batch.weight.subarray(from, to), undefined),
  }
  yield int64Column(encoders, OWN_FIELD_IDS.flags, 'flags', widened(batch.flags))
  for (const [field, column] of batch.text) {
    if (!hasAnyValue(column)) continue
    yield textColumn(encoders, TEXT_FIELD_IDS[field], field, field === 'rest' ? asJson(column) : column)
  }
}

function attributeColumn(
  planned: PlannedColumn & { readonly column: string },
  encoders: ChunkEncoders,
): EncodedColumn {
  const { id, column: name, values } = planned
  switch (values.type) {
    case 'string':
      return textColumn(encoders, id, name, values)
    case 'array':
      return textColumn(encoders, id, name, asJson(values))
    case 'int64':
      return int64Column(encoders, id, name, values.values, values.present)
    case 'double':
      return {
        id,
        name,
        type: 'double',
        chunk: (from, to) =>
          encoders.double(values.values.subarray(from, to), values.present.subarray(from, to)),
      }
    case 'boolean':
      return {
        id,
        name,
        type: 'boolean',
        chunk: (from, to) => booleanChunk(values.values.subarray(from, to)),
      }
  }
}

type Codes = Pick<StringColumn, 'codes' | 'values'>

function asJson({ codes, values }: Codes): Codes {
  return { codes, values: wellFormedJsons(values) }
}

function textColumn(
  encoders: ChunkEncoders,
  id: number,
  name: string,
  { codes, values }: Codes,
): EncodedColumn {
  const column = { codes, values, bloom: BLOOM_FILTERED.has(id) }
  return { id, name, type: 'text', chunk: (from, to) => encoders.text(column, from, to) }
}

function int64Column(
  encoders: ChunkEncoders,
  id: number,
  name: string,
  values: BigInt64Array,
  present?: Uint8Array,
): EncodedColumn {
  return {
    id,
    name,
    type: 'int64',
    chunk: (from, to) => encoders.int64(values.subarray(from, to), present?.subarray(from, to)),
  }
}

/** Bytes as the 64-bit integers that their column has. */
function widened(bytes: Uint8Array): BigInt64Array {
  const wide = new BigInt64Array(bytes.length)
  const halves = new Uint32Array(wide.buffer)
  for (let i = 0; i < bytes.length; i++) halves[i * 2] = bytes[i] ?? 0
  return wide
}
