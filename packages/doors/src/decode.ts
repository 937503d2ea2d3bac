import type { DeadLetter, EventBatch, Nanos, RecordHeader } from '@heartwood/event'
import { ByteStore } from './columns/byte-store.ts'
import { EventWriter } from './columns/event-writer.ts'
import { RecordReader } from './columns/record-reader.ts'
import { letterOfRecord } from './dead-letter.ts'
import { decodeElasticsearch } from './elasticsearch/decode.ts'
import { inflate } from './inflate/index.ts'
import { decodeJson } from './json/decode.ts'
import { type JsonReads, JsonRecords } from './json/json-records.ts'
import { MAX_COLUMNS } from './limits.ts'
import { joinLines } from './multiline/join-lines.ts'
import { decodeOtlp } from './otlp/decode.ts'
import { recordsTogether, TOGETHER } from './records-together.ts'
import { takeInTurns } from './take-in-turns.ts'
import { decodeText } from './text/decode.ts'

/** A record as it lies in the queue: the body as received. */
export interface QueuedRecord {
  readonly header: RecordHeader
  readonly body: Uint8Array
}

/** Records that follow each other, decoded as one batch. */
export interface DecodedRecords {
  /**
   * One row per frame that was not refused, in order; ids are `eventId(batch_id, index)`. Lines that belong together are one row
   * with the id of the first, see joinLines.
   */
  readonly batch: EventBatch
  /** One for each record, in order. */
  readonly records: readonly DecodedRecord[]
  /** How the JSON was read: the share of `plain` in it says what the shapes are worth. */
  readonly json: JsonReads
}

export interface DecodedRecord {
  readonly header: RecordHeader
  /** So many rows of the batch are of this record. */
  readonly rows: number
  readonly deadLetters: readonly DeadLetter[]
}

export interface Decoded {
  readonly batch: EventBatch
  readonly deadLetters: readonly DeadLetter[]
  readonly json: JsonReads
}

export interface DecodeOptions {
  /** false: every JSON record is parsed the plain way. The batch is the same; it takes longer. */
  readonly shapes?: boolean
  /** false: every record is an event of its own, though it be a part of a stack trace. */
  readonly joins?: boolean
}

const DECODERS = {
  json: decodeJson,
  text: decodeText,
  elasticsearch: decodeElasticsearch,
  otlp: decodeOtlp,
}
/** Decoding holds its thread for longer than inflating does; a stream would take several times the CPU. */
const AT_ONCE = { received: TOGETHER.bytes, inflated: TOGETHER.bytes }

/**
 * Decodes queue records, bodies as received and inflated here: as few batches as can be, since the fixed costs of a batch
 * and the learning of its shapes are those of many records. Records in a row with the same door, framing and defaults
 * make one, up to a size. Gives every record in order, each in exactly one of the batches.
 * Every event has the receipt time as `timestamp` with the flag `time_inferred`, and the header's defaults; what the
 * event says itself stands in its attributes, from where the pipeline takes it. A record never fails for its content; if
 * its body no longer is what was counted at accept, all of it becomes one dead letter, and the others are not touched.
 * `now` is the time written on dead letters, epoch nanoseconds.
 */
export async function decodeRecords(
  records: readonly QueuedRecord[],
  now: Nanos,
  options: DecodeOptions = {},
): Promise<DecodedRecords[]> {
  const decoded: DecodedRecords[] = []
  for (const group of recordsTogether(records)) {
    const inflated: InflatedRecord[] = []
    for (const record of group) inflated.push(await inflateRecord(record, now))
    decoded.push(...decodeInflated(inflated, now, options))
  }
  return decoded
}

/** The same for a single record. */
export async function decodeRecord(
  header: RecordHeader,
  body: Uint8Array,
  now: Nanos,
  options: DecodeOptions = {},
): Promise<Decoded> {
  const [decoded] = await decodeRecords([{ header, body }], now, options)
  if (decoded === undefined) throw new Error('a record that was not decoded')
  const { batch, records, json } = decoded
  return { batch, deadLetters: records.flatMap(({ deadLetters }) => deadLetters), json }
}

/** A record whose body is inflated, or the dead letter it became. */
interface InflatedRecord extends QueuedRecord {
  readonly received: QueuedRecord
  readonly damage: DeadLetter | undefined
}

async function inflateRecord(received: QueuedRecord, now: Nanos): Promise<InflatedRecord> {
  const { header, body } = received
  const damage = (reason: string) => ({ header, body, received, damage: damaged(received, now, reason) })
  try {
    const inflated = await inflate(header.encoding, body, { maxBytes: header.bytes }, AT_ONCE)
    if (inflated.length === header.bytes) return { header, body: inflated, received, damage: undefined }
    return damage(`the body has ${inflated.length} bytes, not ${header.bytes}`)
  } catch (error) {
    return damage(reasonOf(error))
  }
}

function damaged(received: QueuedRecord, now: Nanos, reason: string, body?: Uint8Array): DeadLetter {
  return letterOfRecord(received, { step: 'decode', reason, now, body })
}

/** Decodes records of one kind, as few batches as can be. A batch makes room for all the rows it is offered. */
function decodeInflated(
  records: readonly InflatedRecord[],
  now: Nanos,
  options: DecodeOptions,
): DecodedRecords[] {
  const decoded: DecodedRecords[] = []
  takeInTurns(records, (offered) => {
    const batches = decodeTogether(offered, now, options)
    decoded.push(...batches)
    return batches.reduce((sum, batch) => sum + batch.records.length, 0)
  })
  return decoded
}

/** Decodes the first of some records together; where one throws, which only a mistake of ours can bring about, each by itself. */
function decodeTogether(
  records: readonly InflatedRecord[],
  now: Nanos,
  options: DecodeOptions,
): DecodedRecords[] {
  try {
    return [decodeBatch(records, now, options)]
  } catch (error) {
    const [only, ...more] = records
    if (only === undefined) return []
    if (more.length > 0) return records.flatMap((record) => decodeTogether([record], now, options))
    const damage = damaged(only.received, now, reasonOf(error), only.body)
    return [decodeBatch([{ ...only, damage }], now, options)]
  }
}

/** Decodes records of one kind, all of them unless one brings so many keys that the next ones had no columns left. */
function decodeBatch(
  records: readonly InflatedRecord[],
  now: Nanos,
  { shapes = true, joins = true }: DecodeOptions,
): DecodedRecords {
  const [first] = records
  const sound = records.filter(({ damage }) => damage === undefined)
  const store = new ByteStore(sound.reduce((sum, { body }) => sum + body.length, 0))
  const rows = sound.reduce((sum, { header }) => sum + header.records - header.refused.length, 0)
  const writer = new EventWriter(first?.header ?? NO_RECORD, rows, store)
  const json = new JsonRecords(writer, shapes && rows > 1)
  const decoded: DecodedRecord[] = []
  for (const { header, body, received, damage } of records) {
    if (writer.columns > MAX_COLUMNS / 2) break
    const before = writer.rows
    const surprise =
      damage === undefined
        ? decodeInto(writer, json, new RecordReader(header, body, store.addBody(body)))
        : undefined
    const deadLetter = damage ?? (surprise === undefined ? undefined : damaged(received, now, surprise, body))
    decoded.push({
      header,
      rows: writer.rows - before,
      deadLetters: deadLetter === undefined ? [] : [deadLetter],
    })
  }
  const apart = { batch: writer.finish(), records: decoded, json: json.reads }
  return joins ? joined(apart) : apart
}

function joined({ batch, records, json }: DecodedRecords): DecodedRecords {
  const { framing } = records[0]?.header ?? NO_RECORD
  const left = joinLines(
    batch,
    records.map(({ rows }) => rows),
    framing,
  )
  return {
    batch: left.batch,
    records: records.map((record, index) => ({ ...record, rows: left.rows[index] ?? 0 })),
    json,
  }
}

const NO_RECORD = { door: 'json', framing: 'json_array', defaults: {} } as const

/** Writes the events of a record; or says why there are none, where its body is not what was counted. */
function decodeInto(writer: EventWriter, json: JsonRecords, record: RecordReader): string | undefined {
  const { header } = record
  writer.beginRecord(header)
  const found = DECODERS[header.door](record, writer, json)
  if (found === header.records) return undefined
  return `the body has ${found} records, not ${header.records}`
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
