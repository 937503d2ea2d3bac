import { ENCODING } from '../parquet/column-chunk.ts'
import type { PhysicalType } from '../parquet/file-footer.ts'
import { ByteReader } from './byte-reader.ts'
import { readDeltas, readTextStarts } from './delta-values.ts'
import { readHybrid } from './hybrid-runs.ts'
import { type PresenceMap, readPresence } from './presence-map.ts'

export type PageValue = string | bigint | number | boolean

/** The values of a page or dictionary by index, those that are there counted. */
export interface Values {
  at(index: number): PageValue
  /** Memory it takes, with the page that it looks into. */
  readonly bytes: number
}

/** The values of a data page by row of the page; undefined where the row has none. */
export interface PageRows {
  at(row: number): PageValue | undefined
  readonly bytes: number
}

/** A dictionary page, unpacked: its values are PLAIN. */
export function readDictionary(page: Uint8Array, type: PhysicalType, count: number): Values {
  return readPlain(new ByteReader(page), type, count)
}

/**
 * A data page (version 1) of a flat OPTIONAL column, unpacked. Values are decoded only as far as is needed to find any
 * of them. Throws for a page that is cut, or has an encoding that segments do not have.
 */
export function readPage(
  page: Uint8Array,
  { type, rows, encoding }: { readonly type: PhysicalType; readonly rows: number; readonly encoding: number },
  dictionary: Values | undefined,
): PageRows {
  const reader = new ByteReader(page)
  const presence = readPresence(reader, rows)
  const values = readValues(reader, type, encoding, presence, dictionary)
  return {
    at(row) {
      const place = presence.place(row)
      return place < 0 ? undefined : values.at(place)
    },
    bytes: presence.bytes + values.bytes,
  }
}

function readValues(
  reader: ByteReader,
  type: PhysicalType,
  encoding: number,
  { values: count }: PresenceMap,
  dictionary: Values | undefined,
): Values {
  switch (encoding) {
    case ENCODING.plain:
      return readPlain(reader, type, count)
    case ENCODING.rle_dictionary: {
      if (dictionary === undefined) throw new Error('a page of a dictionary that is not there')
      if (count === 0) return NOTHING
      const runs = readHybrid(reader, reader.u8(), count)
      return { at: (index) => dictionary.at(runs.at(index)), bytes: reader.bytes.length + runs.bytes }
    }
    case ENCODING.delta_binary_packed: {
      const values = readDeltas(reader)
      return { at: (index) => values[index] ?? 0n, bytes: values.byteLength }
    }
    case ENCODING.delta_length_byte_array:
      return texts(reader.bytes, readTextStarts(reader), 0)
    case ENCODING.byte_stream_split:
      return splitDoubles(reader, count)
    default:
      throw new Error(`a page with the encoding ${encoding}`)
  }
}

const NOTHING: Values = {
  at: () => {
    throw new Error('a value of a page that has none')
  },
  bytes: 0,
}

function readPlain(reader: ByteReader, type: PhysicalType, count: number): Values {
  const { bytes } = reader
  switch (type) {
    case 'boolean': {
      const from = reader.skip(Math.ceil(count / 8))
      return {
        at: (index) => (((bytes[from + (index >> 3)] ?? 0) >> (index & 7)) & 1) === 1,
        bytes: bytes.length,
      }
    }
    case 'int64':
    case 'double': {
      const view = new DataView(bytes.buffer, bytes.byteOffset + reader.skip(count * 8), count * 8)
      return {
        at: (index) =>
          type === 'int64' ? view.getBigInt64(index * 8, true) : view.getFloat64(index * 8, true),
        bytes: bytes.length,
      }
    }
    case 'text': {
      const starts = new Uint32Array(count + 1)
      for (let index = 0; index < count; index++) {
        const length = reader.u32()
        starts[index] = reader.skip(length)
      }
      starts[count] = reader.at + LENGTH_BYTES
      return texts(bytes, starts, LENGTH_BYTES)
    }
  }
}

/** PLAIN texts stand after their lengths. */
const LENGTH_BYTES = 4

/** Texts of which each ends so many bytes before the next one begins. */
function texts(bytes: Uint8Array, starts: Uint32Array, gap: number): Values {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return {
    at: (index) => buffer.toString('utf8', starts[index], (starts[index + 1] ?? 0) - gap),
    bytes: bytes.length + starts.byteLength,
  }
}

/** https://github.com/apache/parquet-format/blob/master/Encodings.md#byte-stream-split-byte_stream_split--9 */
function splitDoubles(reader: ByteReader, count: number): Values {
  const { bytes } = reader
  const from = reader.skip(count * 8)
  const scratch = new DataView(new ArrayBuffer(8))
  return {
    at(index) {
      for (let plane = 0; plane < 8; plane++)
        scratch.setUint8(plane, bytes[from + plane * count + index] ?? 0)
      return scratch.getFloat64(0, true)
    },
    bytes: bytes.length,
  }
}
