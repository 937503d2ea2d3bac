import { WireType } from '@bufbuild/protobuf/wire'
import { MAX_JSON_DEPTH } from '@heartwood/event'
import type { JsonValue } from '../framing/index.ts'
import { attributesOf, doubleValue, intValue } from './log-record.ts'
import { type Field, type Message, readMessage, type Strings } from './protobuf-message.ts'

interface AnyValue {
  value: JsonValue | undefined
}
interface KeyValue {
  key: string
  value: JsonValue | undefined
}
type Entry = readonly [string, JsonValue | undefined]

/** `AnyValue` of opentelemetry/proto/common/v1. */
const anyValue = (depth: number): Message<AnyValue> => {
  const entry = keyValue(depth + 1)
  const element = arrayValue(depth + 1)
  return {
    1: {
      wire: WireType.LengthDelimited,
      read: (reader, into) => {
        into.value = reader.string()
      },
    },
    2: {
      wire: WireType.Varint,
      read: (reader, into) => {
        into.value = reader.bool()
      },
    },
    3: {
      wire: WireType.Varint,
      read: (reader, into) => {
        into.value = intValue(BigInt(reader.int64()))
      },
    },
    4: {
      wire: WireType.Bit64,
      read: (reader, into) => {
        into.value = doubleValue(reader.double())
      },
    },
    5: {
      wire: WireType.LengthDelimited,
      read: (reader, into, strings) => {
        const values: JsonValue[] = []
        readMessage(element, reader.bytes(), values, strings)
        into.value = values
      },
    },
    6: {
      wire: WireType.LengthDelimited,
      read: (reader, into, strings) => {
        const entries: Entry[] = []
        readMessage({ 1: entry }, reader.bytes(), entries, strings)
        into.value = attributesOf(entries)
      },
    },
    7: {
      wire: WireType.LengthDelimited,
      read: (reader, into) => {
        into.value = Buffer.from(reader.bytes()).toString('base64')
      },
    },
  }
}

/** Made once for each depth: a value may hold values. */
const ANY_VALUES: Message<AnyValue>[] = []

/** @param depth of the values around it */
export function readAnyValue(bytes: Uint8Array, depth: number, strings: Strings): JsonValue | undefined {
  if (depth >= MAX_JSON_DEPTH) throw new Error(`a value nests deeper than ${MAX_JSON_DEPTH}`)
  ANY_VALUES[depth] ??= anyValue(depth)
  return readMessage<AnyValue>(ANY_VALUES[depth], bytes, { value: undefined }, strings).value
}

const arrayValue = (depth: number): Message<JsonValue[]> => ({
  1: {
    wire: WireType.LengthDelimited,
    read: (reader, into, strings) => void into.push(readAnyValue(reader.bytes(), depth, strings) ?? null),
  },
})

/** `KeyValue`, its values at a depth. */
const keyValueMessage = (depth: number): Message<KeyValue> => ({
  1: {
    wire: WireType.LengthDelimited,
    read: (reader, into) => {
      into.key = reader.string()
    },
  },
  2: {
    wire: WireType.LengthDelimited,
    read: (reader, into, strings) => {
      into.value = readAnyValue(reader.bytes(), depth, strings)
    },
  },
})

/** A field of repeated `KeyValue`. */
export function keyValue(depth: number): Field<Entry[]> {
  const message = keyValueMessage(depth)
  return {
    wire: WireType.LengthDelimited,
    read: (reader, into, strings) => {
      const entry: KeyValue = { key: '', value: undefined }
      readMessage(message, reader.bytes(), entry, strings)
      into.push([entry.key, entry.value])
    },
  }
}
