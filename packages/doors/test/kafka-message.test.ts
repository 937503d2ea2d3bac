import { type LogEvent, rowsOf } from '@heartwood/event'
import { describe, expect, test } from 'vitest'
import { acceptMessage, decodeRecord } from '../src/index.ts'

const NOW = 1_750_000_000_000
const message = (value: string | Uint8Array) => ({
  topic: 'logs-raw',
  partition: 7,
  offset: 42n,
  timestampMillis: NOW - 5_000,
  value: typeof value === 'string' ? new TextEncoder().encode(value) : value,
})

async function eventsOf(value: string): Promise<LogEvent[]> {
  const accepted = await acceptMessage(message(value), NOW)
  if (accepted.kind === 'damaged') throw new Error(accepted.reason)
  const { batch } = await decodeRecord(accepted.header, accepted.body, 0n)
  return [...rowsOf(batch)]
}

/** Of a JSON event, where the pipeline takes it from, or of a line. */
function messageOf(event: LogEvent): unknown {
  return event.attributes.message ?? event.message
}

describe('a message that another program put into Kafka', () => {
  test.each([
    ['one JSON event', '{"message":"paid","level":"info"}', ['paid']],
    ['one JSON event over several lines', '{\n  "message": "paid",\n  "level": "info"\n}', ['paid']],
    ['a line of text', 'Jun 15 15:06:40 host app: paid', ['Jun 15 15:06:40 host app: paid']],
    ['several JSON lines', '{"message":"a"}\n{"message":"b"}\n', ['a', 'b']],
    ['a JSON array', '[{"message":"a"},{"message":"b"}]', ['a', 'b']],
  ])('%s is as many events as it says', async (_what, value, messages) => {
    expect((await eventsOf(value)).map(messageOf)).toEqual(messages)
  })

  test('has ids that follow from its place, and is received when it came into the topic', async () => {
    const [event] = await eventsOf('{"message":"paid"}')
    expect(event?.id).toBe('kafka-logs-raw-7-42-000000')
    expect(event?.observed_at).toBe(BigInt(NOW - 5_000) * 1_000_000n)
  })

  test('is received when it says, also where that is later than now, so that the next reading makes the same events', async () => {
    for (const now of [NOW, NOW + 86_400_000]) {
      const accepted = await acceptMessage({ ...message('x'), timestampMillis: NOW + 60_000 }, now)
      expect(accepted).toMatchObject({ kind: 'record', header: { received_at: `${NOW + 60_000}000000` } })
    }
  })

  test('is received now where nobody says when, or names a time that is none', async () => {
    for (const timestampMillis of [undefined, Number.MAX_SAFE_INTEGER]) {
      const accepted = await acceptMessage({ ...message('x'), timestampMillis }, NOW)
      expect(accepted).toMatchObject({ kind: 'record', header: { received_at: `${NOW}000000` } })
    }
  })

  test.each([
    ['nothing', '', /no records/],
    ['UTF-16', Uint8Array.from([0xff, 0xfe, 0x41, 0x00]), /UTF-16/],
    ['an array that does not end', '[{"a":1},', /does not end/],
  ])('that holds %s is damaged, with the reason', async (_what, value, reason) => {
    const accepted = await acceptMessage(message(value), NOW)
    expect(accepted.kind === 'damaged' && accepted.reason).toMatch(reason)
  })

  test('of which one record is refused is damaged as a whole, and keeps what it says', async () => {
    const value = `{"message":"${'x'.repeat(1024 * 1024)}"}`
    const accepted = await acceptMessage(message(value), NOW)
    expect(accepted).toMatchObject({ kind: 'damaged', salvage: { header: { refused: [0] } } })
  })
})
