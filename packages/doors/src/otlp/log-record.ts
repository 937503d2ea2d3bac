import type { JsonObject, JsonValue } from '../framing/index.ts'

/** What the log records of one scope have in common. */
export interface Origin {
  readonly resource: JsonObject
  readonly scope: { readonly name: string; readonly version: string; readonly attributes: JsonObject }
}

/** A LogRecord of OTLP, whichever way it was encoded. Texts that were not set are empty, numbers 0. */
export interface LogRecord {
  /** Epoch nanoseconds. */
  readonly time: bigint
  readonly observedTime: bigint
  /** 0 to 24. */
  readonly severityNumber: number
  readonly severityText: string
  /** Undefined where there is none. */
  readonly body: JsonValue | undefined
  readonly attributes: JsonObject
  readonly droppedAttributes: number
  /** Of the W3C trace flags in it the low 8 bits are defined. */
  readonly flags: number
  /** Hex digits. */
  readonly traceId: string
  readonly spanId: string
  readonly eventName: string
}

/** A place in a request where a log record stands. */
export interface FoundRecord {
  readonly origin: Origin
  /** Undefined where what stands there is none. */
  readonly record: LogRecord | undefined
  /** A string in it was no UTF-8 and was repaired. */
  readonly isRepaired: boolean
  /** Its own size in the request, in bytes. */
  readonly bytes: () => number
  /** A request that holds nothing but this record and its origin. Behind another such request it makes one of both. */
  readonly alone: () => Uint8Array
}

/** The request as a whole cannot be read. */
export class UnreadableRequest extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.name = 'UnreadableRequest'
  }
}

/** Attributes by their keys; of a doubled key the last counts. */
export function attributesOf(entries: Iterable<readonly [string, JsonValue | undefined]>): JsonObject {
  // Without a prototype: a key of a sender can be `__proto__`.
  const attributes: Record<string, JsonValue> = Object.create(null)
  for (const [key, value] of entries) if (value !== undefined && value !== null) attributes[key] = value
  return attributes
}

/** A double as JSON can say it, as protobuf's own JSON does. */
export function doubleValue(value: number): JsonValue {
  return Number.isFinite(value) ? value : String(value)
}

/** An integer: as a number where that is exact. */
export function intValue(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}
