import { RecordHeader, readRecordHeader } from '@heartwood/event'
import type { IHeaders, Message } from 'kafkajs'
import { z } from 'zod'
import type { Sendable } from '../sending.ts'

/**
 * How we write to a topic: the header of a record as JSON in the message header `heartwood`, its body as the value, so
 * that it lies in Kafka as it was received. What was damaged or lost before it came to Kafka has a header of its own
 * instead, which keeps its place.
 */
const RECORD = 'heartwood'
const DAMAGED = 'heartwood-damaged'
const LOST = 'heartwood-lost'

const Damaged = z.object({ reason: z.string(), sample: z.string(), salvage: RecordHeader.optional() })
const Lost = z.object({ reason: z.string() })

export function toMessage(key: string | undefined, partition: number, item: Sendable): Message {
  return { key: key ?? null, partition, ...contentOf(item) }
}

function contentOf(item: Sendable): { value: Buffer; headers: IHeaders } {
  switch (item.kind) {
    case 'record':
      return { value: asBuffer(item.body), headers: { [RECORD]: JSON.stringify(item.header) } }
    case 'damaged': {
      const { reason, sample, salvage } = item
      const damaged: z.input<typeof Damaged> = {
        reason,
        sample: asBuffer(sample).toString('base64'),
        salvage: salvage?.header,
      }
      const value = asBuffer(salvage?.body ?? new Uint8Array())
      return { value, headers: { [DAMAGED]: JSON.stringify(damaged) } }
    }
    case 'lost':
      return { value: Buffer.alloc(0), headers: { [LOST]: JSON.stringify({ reason: item.reason }) } }
  }
}

/** What a message of ours says, if this version can read it; undefined for one that others wrote. Throws where ours says nothing. */
export function fromMessage(
  headers: IHeaders | undefined,
  value: Buffer | null,
): Sendable | 'newer' | undefined {
  const record = headerText(headers, RECORD)
  if (record !== undefined) {
    const header = readRecordHeader(JSON.parse(record))
    if (header === undefined) throw new Error('the header of the record says nothing that can be read')
    return header === 'newer' ? header : { kind: 'record', header, body: value ?? Buffer.alloc(0) }
  }
  const damaged = headerText(headers, DAMAGED)
  if (damaged !== undefined) {
    const { reason, sample, salvage } = Damaged.parse(JSON.parse(damaged))
    return {
      kind: 'damaged',
      reason,
      sample: Buffer.from(sample, 'base64'),
      salvage: salvage && { header: salvage, body: value ?? Buffer.alloc(0) },
    }
  }
  const lost = headerText(headers, LOST)
  return lost === undefined ? undefined : { kind: 'lost', ...Lost.parse(JSON.parse(lost)) }
}

function headerText(headers: IHeaders | undefined, name: string): string | undefined {
  const value = headers?.[name]
  return (Array.isArray(value) ? value[0] : value)?.toString()
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
