import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import type { JsonValue } from '../framing/index.ts'
import {
  attributesOf,
  type FoundRecord,
  type LogRecord,
  type Origin,
  UnreadableRequest,
} from './log-record.ts'
import { type Field, type Message, readMessage, Strings } from './protobuf-message.ts'
import { keyValue, readAnyValue } from './protobuf-values.ts'

type Entry = readonly [string, JsonValue | undefined]
type Written<T> = { -readonly [Key in keyof T]: T[Key] }
type RecordFields = Written<Omit<LogRecord, 'attributes'>> & { readonly entries: Entry[] }
type ScopeFields = { name: string; version: string; readonly entries: Entry[] }

const { Varint, Bit64, Bit32, LengthDelimited } = WireType

/** `LogRecord` of opentelemetry/proto/logs/v1. */
const LOG_RECORD: Message<RecordFields> = {
  1: {
    wire: Bit64,
    read: (reader, into) => {
      into.time = BigInt(reader.fixed64())
    },
  },
  2: {
    wire: Varint,
    read: (reader, into) => {
      into.severityNumber = reader.int32()
    },
  },
  3: {
    wire: LengthDelimited,
    read: (reader, into) => {
      into.severityText = reader.string()
    },
  },
  5: {
    wire: LengthDelimited,
    read: (reader, into, strings) => {
      into.body = readAnyValue(reader.bytes(), 0, strings)
    },
  },
  6: entriesField(),
  7: {
    wire: Varint,
    read: (reader, into) => {
      into.droppedAttributes = reader.uint32()
    },
  },
  8: {
    wire: Bit32,
    read: (reader, into) => {
      into.flags = reader.fixed32()
    },
  },
  9: {
    wire: LengthDelimited,
    read: (reader, into) => {
      into.traceId = hexOf(reader.bytes())
    },
  },
  10: {
    wire: LengthDelimited,
    read: (reader, into) => {
      into.spanId = hexOf(reader.bytes())
    },
  },
  11: {
    wire: Bit64,
    read: (reader, into) => {
      into.observedTime = BigInt(reader.fixed64())
    },
  },
  12: {
    wire: LengthDelimited,
    read: (reader, into) => {
      into.eventName = reader.string()
    },
  },
}
const RESOURCE: Message<{ readonly entries: Entry[] }> = { 1: entriesField() }
const SCOPE: Message<ScopeFields> = {
  1: {
    wire: LengthDelimited,
    read: (reader, into) => {
      into.name = reader.string()
    },
  },
  2: {
    wire: LengthDelimited,
    read: (reader, into) => {
      into.version = reader.string()
    },
  },
  3: entriesField(),
}

/** What holds others: a request its resources, these their scopes, these their records. */
interface Holder {
  /** What its members have in common. */
  readonly common: Uint8Array[]
  readonly members: Uint8Array[]
}
const HOLDER: Message<Holder> = {
  1: { wire: LengthDelimited, read: (reader, { common }) => void common.push(reader.bytes()) },
  2: { wire: LengthDelimited, read: (reader, { members }) => void members.push(reader.bytes()) },
}

/**
 * The log records of an `ExportLogsServiceRequest` (and of a `LogsData`, which is the same), in order. Throws
 * UnreadableRequest where the bytes are none; a single record that is none has no `record`.
 */
export function* protobufRecords(body: Uint8Array): Generator<FoundRecord> {
  for (const resourceLogs of holder(body).common) {
    const { common: resources, members: scopes } = holder(resourceLogs)
    for (const scopeLogs of scopes) {
      const { common: scope, members: records } = holder(scopeLogs)
      const originStrings = new Strings()
      const origin = originOf(resources, scope, originStrings)
      for (const bytes of records) {
        const strings = new Strings()
        yield {
          origin,
          record: logRecord(bytes, strings),
          isRepaired: strings.isRepaired || originStrings.isRepaired,
          bytes: () => bytes.length,
          alone: () => requestOf(resources, scope, bytes),
        }
      }
    }
  }
}

function holder(bytes: Uint8Array): Holder {
  return whole(() => readMessage<Holder>(HOLDER, bytes, { common: [], members: [] }, new Strings()))
}

function originOf(resources: readonly Uint8Array[], scopes: readonly Uint8Array[], strings: Strings): Origin {
  // A message that comes in several pieces is these one after the other.
  const resource = whole(() => readMessage(RESOURCE, Buffer.concat(resources), { entries: [] }, strings))
  const { name, version, entries } = whole(() =>
    readMessage<ScopeFields>(SCOPE, Buffer.concat(scopes), { name: '', version: '', entries: [] }, strings),
  )
  return {
    resource: attributesOf(resource.entries),
    scope: { name, version, attributes: attributesOf(entries) },
  }
}

function whole<T>(read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw new UnreadableRequest('the body is no ExportLogsServiceRequest in protobuf', { cause })
  }
}

function logRecord(bytes: Uint8Array, strings: Strings): LogRecord | undefined {
  const fields: RecordFields = {
    time: 0n,
    observedTime: 0n,
    severityNumber: 0,
    severityText: '',
    body: undefined,
    droppedAttributes: 0,
    flags: 0,
    traceId: '',
    spanId: '',
    eventName: '',
    entries: [],
  }
  try {
    const { entries, ...record } = readMessage(LOG_RECORD, bytes, fields, strings)
    return { ...record, attributes: attributesOf(entries) }
  } catch {
    return undefined
  }
}

function requestOf(
  resources: readonly Uint8Array[],
  scopes: readonly Uint8Array[],
  record: Uint8Array,
): Uint8Array {
  const scopeLogs = pieces([...scopes.map((scope) => [1, scope] as const), [2, record]])
  const resourceLogs = pieces([...resources.map((resource) => [1, resource] as const), [2, scopeLogs]])
  return pieces([[1, resourceLogs]])
}

function pieces(fields: readonly (readonly [number, Uint8Array])[]): Uint8Array {
  const writer = new BinaryWriter()
  for (const [number, bytes] of fields) writer.tag(number, LengthDelimited).bytes(bytes)
  return writer.finish()
}

function entriesField<T extends { readonly entries: Entry[] }>(): Field<T> {
  const { wire, read } = keyValue(0)
  return { wire, read: (reader, into, strings) => read(reader, into.entries, strings) }
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}
