import { exactJson } from '@heartwood/event'
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../framing/index.ts'
import {
  attributesOf,
  doubleValue,
  type FoundRecord,
  intValue,
  type LogRecord,
  type Origin,
  UnreadableRequest,
} from './log-record.ts'

/**
 * The log records of an `ExportLogsServiceRequest` as JSON (names in lowerCamelCase, ids in hex, integers of 64 bits as text or
 * number), in order. Throws UnreadableRequest where the text is none; what stands in the place of a record and is no object has no
 * `record`. Fields of another type than they should be are passed over, as unknown ones are.
 */
export function* jsonRecords(text: string): Generator<FoundRecord> {
  const parsed = parseJson(text)
  if (!isJsonObject(parsed?.value))
    throw new UnreadableRequest('the body is no ExportLogsServiceRequest in JSON')
  for (const resourceLogs of objectsIn(parsed.value.resourceLogs)) {
    const resource = objectIn(resourceLogs.resource)
    for (const scopeLogs of objectsIn(resourceLogs.scopeLogs)) {
      const scope = objectIn(scopeLogs.scope)
      const origin = originOf(resource, scope)
      for (const record of listIn(scopeLogs.logRecords)) {
        yield {
          origin,
          record: isJsonObject(record) ? logRecord(record) : undefined,
          isRepaired: parsed.repaired,
          bytes: () => Buffer.byteLength(exactJson(record)),
          alone: () =>
            Buffer.from(
              exactJson({ resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords: [record] }] }] }),
            ),
        }
      }
    }
  }
}

/** Requests in JSON as one. */
export function joinedJson(requests: readonly Uint8Array[]): Uint8Array {
  const resourceLogs = requests.flatMap((request) => {
    const parsed = parseJson(Buffer.from(request).toString('utf8'))?.value
    return isJsonObject(parsed) ? listIn(parsed.resourceLogs) : []
  })
  return Buffer.from(exactJson({ resourceLogs }))
}

function originOf(resource: JsonObject, scope: JsonObject): Origin {
  return {
    resource: attributesIn(resource.attributes),
    scope: {
      name: textIn(scope.name),
      version: textIn(scope.version),
      attributes: attributesIn(scope.attributes),
    },
  }
}

function logRecord(record: JsonObject): LogRecord {
  return {
    time: nanosIn(record.timeUnixNano),
    observedTime: nanosIn(record.observedTimeUnixNano),
    severityNumber: numberIn(record.severityNumber),
    severityText: textIn(record.severityText),
    body: anyValue(record.body),
    attributes: attributesIn(record.attributes),
    droppedAttributes: numberIn(record.droppedAttributesCount),
    flags: numberIn(record.flags),
    traceId: textIn(record.traceId).toLowerCase(),
    spanId: textIn(record.spanId).toLowerCase(),
    eventName: textIn(record.eventName),
  }
}

function attributesIn(value: JsonValue | undefined): JsonObject {
  return attributesOf(objectsIn(value).map((entry) => [textIn(entry.key), anyValue(entry.value)]))
}

/** Undefined for what is none, and for one that has no value. */
function anyValue(value: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(value)) return undefined
  const {
    stringValue,
    boolValue,
    intValue: int,
    doubleValue: double,
    bytesValue,
    arrayValue,
    kvlistValue,
  } = value
  if (typeof stringValue === 'string') return stringValue
  if (typeof boolValue === 'boolean') return boolValue
  if (int !== undefined) return integerIn(int)
  if (double !== undefined) return doubleIn(double)
  if (typeof bytesValue === 'string') return bytesValue
  if (isJsonObject(arrayValue)) return listIn(arrayValue.values).map((element) => anyValue(element) ?? null)
  if (isJsonObject(kvlistValue)) return attributesIn(kvlistValue.values)
  return undefined
}

function integerIn(value: JsonValue): JsonValue | undefined {
  if (typeof value === 'string') return /^-?\d{1,20}$/.test(value) ? intValue(BigInt(value)) : undefined
  return typeof value === 'number' || typeof value === 'bigint' ? value : undefined
}

function doubleIn(value: JsonValue): JsonValue | undefined {
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'number') return value
  return typeof value === 'string' &&
    value.trim() !== '' &&
    !Number.isNaN(Number(value === 'NaN' ? 0 : value))
    ? doubleValue(Number(value))
    : undefined
}

/** 0 for what is no time. */
function nanosIn(value: JsonValue | undefined): bigint {
  if (typeof value === 'string') return /^\d{1,20}$/.test(value) ? BigInt(value) : 0n
  if (typeof value === 'bigint') return value > 0n ? value : 0n
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? BigInt(value) : 0n
}

function numberIn(value: JsonValue | undefined): number {
  return typeof value === 'number' && Number.isInteger(value) ? value : 0
}

function textIn(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : ''
}

function objectIn(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}

function listIn(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : []
}

function objectsIn(value: JsonValue | undefined): readonly JsonObject[] {
  return listIn(value).filter(isJsonObject)
}
