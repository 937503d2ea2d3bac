import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LogReader, openSegmentsReader, openSegmentsWriter, type TimeRange } from '@heartwood/log-store'
import { openStandaloneReader, StandaloneArchive } from '@heartwood/log-store/cold'
import { openS3Objects } from '@heartwood/object-store/s3'
import { parse } from '@heartwood/query-lang'
import { s3Place, startS3 } from '../../scripts/stack/s3.ts'
import {
  type AskedCold,
  askedAgain,
  askedCold,
  type ColdQuestion,
  coldQuestions,
} from '../cold/cold-questions.ts'
import { fillStore } from '../cold/fill-store.ts'
import { nowMicros } from '../measure/clock.ts'
import { requireRoom } from '../measure/disk.ts'
import { type Row, whole } from '../report/table.ts'
import type { Bench, Outcome } from './bench.ts'

export interface ColdPlan {
  readonly events: number
  /** How often each question is asked again. */
  readonly repeats: number
  readonly days: number
}

const DAY_MICROS = 86_400_000_000
const CACHE_BYTES = 4 * 1024 ** 3
const GOAL_BYTES = 45

/** Questions over events that are all in an S3 server of this machine, with an empty cache and with a warm one. */
export async function cold(plan: ColdPlan, { cleaner, say }: Bench): Promise<Outcome> {
  requireRoom(plan.events * 2)
  const dir = await mkdtemp(join(tmpdir(), 'heartwood-cold-'))
  cleaner.folder(dir)
  await using server = await startS3({ dataDir: join(dir, 's3'), own: true })
  const objects = openS3Objects(s3Place(server.address, 'bench/'))
  const store = join(dir, 'store')
  const startMicros = nowMicros() - (plan.days + 60) * DAY_MICROS
  const microsPerEvent = (plan.days * DAY_MICROS) / plan.events
  const archive = new StandaloneArchive({ objects, name: 'S3', hotDays: 30 })

  say(`filling a store with ${whole(plan.events)} events`)
  const filling = await openSegmentsWriter({ dir: store, retentionDays: 36_500, maxBytes: 1e15, grace: 0n })
  const events = await fillStore(filling, {
    events: plan.events,
    startMicros,
    microsPerEvent,
    async onAppend() {
      while (await filling.maintain());
    },
  })
  await filling.close()

  const range = rangeOf(startMicros, microsPerEvent, events)
  const hot = await openSegmentsReader({ dir: store })
  const questions = coldQuestions(range, await someTraces(hot, range))
  const expected = new Map<ColdQuestion, string>()
  for (const question of questions) expected.set(question, (await askedCold(question, hot)).answer)
  await hot.close()

  say('moving all of it to S3')
  const moving = await openSegmentsWriter({
    ...{ dir: store, retentionDays: 36_500, maxBytes: 1e15, grace: 0n },
    cold: archive,
  })
  const before = process.cpuUsage()
  while (await moving.maintain());
  const { user, system } = process.cpuUsage(before)
  const { bytes, segments, cold: left } = moving.stats()
  await moving.close()

  const problems: string[] = []
  if (left === undefined || left.waiting.segments > 0) problems.push(`not all was moved: ${left?.obstacle}`)
  const openReader = () =>
    openStandaloneReader({
      dir: store,
      objects,
      place: 'S3',
      cacheDirectory: join(dir, 'cold-cache'),
      cacheBytes: CACHE_BYTES,
    })
  const rows: Row[] = []
  for (const question of questions) {
    say(question.name)
    const reader = await openReader()
    await reader.refresh()
    const empty = await askedCold(question, reader)
    const warm = await askedAgain(question, reader, plan.repeats)
    await reader.close()
    rows.push(rowOf(question, empty, warm, bytes))
    for (const { answer } of [empty, warm])
      if (answer !== expected.get(question))
        problems.push(`${question.name}: another answer than before it was moved`)
  }
  await objects.close()
  return {
    sections: [
      {
        title: `Questions over ${whole(events)} events of ${plan.days} days in ${segments} segments on S3`,
        rows,
      },
      {
        title: 'What is stored',
        rows: [
          {
            figure: 'bytes of an event, with its index',
            measured: (bytes / events).toFixed(1),
            goal: `${GOAL_BYTES}`,
            met: bytes / events <= GOAL_BYTES,
          },
          {
            figure: 'CPU of moving an event: stored, read back, committed',
            measured: `${((user + system) / events).toFixed(2)} us`,
            goal: '',
            met: undefined,
          },
        ],
      },
    ],
    problems,
  }
}

function rowOf(question: ColdQuestion, empty: AskedCold, warm: AskedCold, stored: number): Row {
  const { goal } = question
  const percent = (100 * empty.fetched) / stored
  return {
    figure: question.name,
    measured: `${whole(empty.millis)} ms, fetched ${(empty.fetched / 1e6).toFixed(2)} MB (${percent.toFixed(2)}%)`,
    goal: goal === undefined ? '' : `under ${goal}% fetched`,
    met: goal === undefined ? undefined : percent < goal,
    note: `warm: ${whole(warm.millis)} ms, fetched ${(warm.fetched / 1e6).toFixed(2)} MB`,
  }
}

function rangeOf(startMicros: number, microsPerEvent: number, events: number): TimeRange {
  const nanos = (micros: number) => BigInt(Math.round(micros)) * 1_000n
  return { from: nanos(startMicros - DAY_MICROS), to: nanos(startMicros + (events + 1) * microsPerEvent) }
}

/** Trace ids of two events far from each other and from the ends. */
async function someTraces(reader: LogReader, { from, to }: TimeRange): Promise<readonly [string, string]> {
  const traceAt = async (share: bigint) => {
    const range = { from, to: from + ((to - from) * share) / 10n }
    const { events } = await reader.search({ query: parse('').query, range, limit: 1 })
    return events[0]?.trace_id ?? ''
  }
  return [await traceAt(7n), await traceAt(4n)]
}
