import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type LogEvent, rowsOf } from '@heartwood/event'
import { indexRecords } from '@heartwood/indexing'
import { STANDARD_STEPS } from '@heartwood/pipeline'
import type { QueueItem } from '@heartwood/queue'
import { describe, expect, test } from 'vitest'
import { NOW, runningIngest } from '../../apps/ingest/test/running-ingest.ts'
import { startMember } from '../../packages/queue/src/group-contract.ts'
import { kafkaPlace } from '../../packages/queue/test/kafka-place.ts'
import { temporaryDirectory } from '../../packages/queue/test/temporary-directory.ts'
import type { Agent, Destination } from './agent.ts'
import { collector } from './collector.ts'
import { filebeat } from './filebeat.ts'
import { rsyslog } from './rsyslog.ts'

const LINES = 2_000
const PATIENCE = { timeout: 120_000, interval: 200 }

/** Each at a time of its own, an hour before ingest's clock, with its level behind as programs write it. */
const START = Number(NOW / 1_000_000n) - 3_600_000
const timeOf = (line: number): string => new Date(START + line).toISOString()
const textOf = (line: number): string =>
  `${timeOf(line)} ${line % 10 === 0 ? 'ERROR' : 'INFO'} paid order ${line} of "käse" \\ 日本`

interface Received extends AsyncDisposable {
  readonly to: Destination
  /** What came so far. */
  items(): Promise<readonly QueueItem[]>
}

const WAYS: Readonly<Record<Destination['kind'], () => Promise<Received>>> = {
  async http() {
    const ingest = await runningIngest()
    return {
      to: { kind: 'http', url: ingest.url },
      items: () => ingest.records(),
      [Symbol.asyncDispose]: () => ingest[Symbol.asyncDispose](),
    }
  },
  async kafka() {
    const place = await kafkaPlace({ partitions: 2 })
    const member = startMember(await place.member())
    return {
      to: { kind: 'kafka', broker: place.address.brokers[0] ?? '', topic: place.plan.topic },
      items: async () => member.calls.flatMap(({ items }) => items),
      [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
    }
  },
}

/** As an indexer makes them, in the order in which they happened. */
async function eventsOf(items: readonly QueueItem[]): Promise<LogEvent[]> {
  const records = items.map((item) => {
    if (item.kind !== 'record') throw new Error(`${item.kind}: ${item.reason}`)
    return item
  })
  const indexed = await indexRecords(records, STANDARD_STEPS, BigInt(Date.now()) * 1_000_000n)
  return indexed
    .flatMap(({ batch }) => [...rowsOf(batch)])
    .sort((a, b) => (a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0))
}

const AGENTS: readonly Agent[] = [filebeat, collector('otlp_proto'), collector('otlp_json'), rsyslog]

describe.each(['http', 'kafka'] as const)('over %s', (way) => {
  test.each(AGENTS.map((agent) => [agent.name, agent] as const))(
    'each line that %s reads is one event, with its own time, level and text',
    async (_name, agent) => {
      await using received = await WAYS[way]()
      await using folder = await temporaryDirectory()
      const log = join(folder.path, 'my-app.log')
      const lines = Array.from({ length: LINES }, (_, line) => `${textOf(line)}\n`)
      await appendFile(log, lines.slice(0, LINES / 2).join(''))
      await using running = await agent.start(log, received.to, folder.path)
      const arrived = async () => {
        if (running.ended) throw new Error(`${agent.name} has ended:\n${running.output()}`)
        return (await eventsOf(await received.items())).length
      }
      await expect.poll(arrived, PATIENCE).toBeGreaterThanOrEqual(LINES / 2)
      // What is written while it runs, it follows.
      await appendFile(log, lines.slice(LINES / 2).join(''))
      await expect.poll(arrived, PATIENCE).toBeGreaterThanOrEqual(LINES)
      const events = await eventsOf(await received.items())
      expect(new Set(events.map(({ id }) => id)).size).toBe(LINES)
      expect(
        events.map(({ timestamp, level, message }) => ({
          time: new Date(Number(timestamp / 1_000_000n)).toISOString(),
          level,
          message,
        })),
      ).toEqual(
        lines.map((_, line) => ({
          time: timeOf(line),
          level: line % 10 === 0 ? 'error' : 'info',
          message: `paid order ${line} of "käse" \\ 日本`,
        })),
      )
    },
  )
})
