import type { Archiving } from '../cluster/archiving.ts'
import type { Drain } from '../cluster/drain.ts'
import type { Steady } from '../experiments/cluster.ts'
import type { LoadResult } from '../measure/load.ts'
import { percentile } from '../measure/percentiles.ts'
import type { PlainWay } from '../plain-way/plain-way.ts'
import type { Answered } from '../questions/ask-all.ts'
import { answers } from './load-rows.ts'
import { type Row, whole } from './table.ts'

const MOST_OWN_MICROS = 15
const MOST_ARCHIVER_MICROS = 13
const MOST_TAIL_MILLIS = 500

type Micros = ReadonlyMap<string, number>

export function flatOutRow(result: LoadResult): Row {
  const { load, sustainedPerSecond, acceptedPerSecond, drainSeconds, report, othersCores } = result
  return {
    figure: `${load.workload.name}, flat out`,
    measured: `${whole(sustainedPerSecond)}/s accepted and searchable`,
    goal: '',
    met: undefined,
    note: `${whole(result.events)} events; accepted ${whole(acceptedPerSecond)}/s for ${report.seconds.toFixed(0)} s, last event searchable ${drainSeconds.toFixed(1)} s later; ${answers(result)}; others took ${othersCores.toFixed(1)} cores`,
  }
}

export function drainRows({ events, published, working, seconds, startSeconds }: Drain): Row[] {
  return [
    {
      figure: `${whole(events)} events into Kafka, no indexer running`,
      measured: `${whole(events / published.seconds)}/s accepted`,
      goal: '',
      met: undefined,
      note: `others took ${published.othersCores.toFixed(1)} cores`,
    },
    {
      figure: 'the same out of Kafka, two indexers started',
      measured: `${seconds.toFixed(1)} s, ${whole(events / seconds)}/s`,
      goal: '',
      met: undefined,
      note: `from the start of their processes, which were ready after ${startSeconds.toFixed(1)} s; others took ${working.othersCores.toFixed(1)} cores`,
    },
  ]
}

/** Ours, the servers', and the rest; a backlog's ingest is that of publishing it. */
export function cpuRows(flatOut: LoadResult, drain: Drain | undefined): Row[] {
  const both = [flatOut.cpuMicros, ...(drain === undefined ? [] : [backlogMicros(drain)])]
  const row = (figure: string, micros: (of: Micros) => number): Row => ({
    figure,
    measured: both
      .map((one) => micros(one))
      .map(us)
      .join(', then '),
    goal: '',
    met: undefined,
  })
  const publishing = drain === undefined ? '' : us(of(drain.published.cpuMicros, 'kafka'))
  return [
    {
      ...row('our own share: ingest and indexer', ownMicros),
      goal: `${MOST_OWN_MICROS} us`,
      met: both.every((one) => ownMicros(one) <= MOST_OWN_MICROS),
      note: `flat out, then the second half of a backlog being worked off; the generator, not counted, ${us(flatOut.generatorMicros)}`,
    },
    row('ingest', (micros) => of(micros, 'ingest')),
    {
      ...row('indexer', (micros) => of(micros, 'indexer')),
      note:
        drain === undefined
          ? ''
          : `${us(of(drain.working.cpuMicros, 'indexer'))} for all of the backlog, from when the new processes are ready: they compile at first`,
    },
    {
      ...row('Kafka', (micros) => of(micros, 'kafka')),
      note:
        publishing === '' ? '' : `to take in the backlog, not counted in the second figure, ${publishing}`,
    },
    row('Elasticsearch', (micros) => of(micros, 'elasticsearch')),
    row('PostgreSQL, query, alerter, web', (micros) =>
      ['postgres', 'query', 'alerter', 'web'].reduce((sum, name) => sum + of(micros, name), 0),
    ),
  ]
}

function backlogMicros({ published, warm }: Drain): Micros {
  return new Map([...warm.cpuMicros, ['ingest', of(published.cpuMicros, 'ingest')]])
}

export function plainRows(plain: PlainWay, flatOut: LoadResult, drain: Drain | undefined): Row[] {
  const { cpuMicros, seconds, othersCores } = plain.cost
  const row = (figure: string, theirs: string, ours: string, note = ''): Row => ({
    figure,
    measured: `plain ${theirs}, ours ${ours}`,
    goal: '',
    met: undefined,
    note,
  })
  const beside = (name: string) => [us(of(cpuMicros, name)), us(of(flatOut.cpuMicros, name))] as const
  const backlog = drain === undefined ? '' : `; ours of a backlog ${us(of(drain.warm.cpuMicros, 'indexer'))}`
  return [
    row(
      'accepted and searchable',
      `${whole(plain.events / seconds)}/s`,
      `${whole(flatOut.sustainedPerSecond)}/s`,
      `${whole(plain.events)} events, one a message; ${plain.dropped} refused by Elasticsearch, ${plain.doubled} doubled; others took ${othersCores.toFixed(1)} cores`,
    ),
    row(
      'CPU into Kafka, client',
      us(of(cpuMicros, 'plain producer')),
      us(of(flatOut.cpuMicros, 'ingest')),
      'a producer that has its messages ready; an ingest with HTTP, checks and framing',
    ),
    row(
      'CPU from Kafka to Elasticsearch, client',
      us(of(cpuMicros, 'plain consumer')),
      us(of(flatOut.cpuMicros, 'indexer')),
      `JSON.parse and the bulk helper; an indexer finds level, time and ids, makes ids that a second delivery has again, and serves tails${backlog}`,
    ),
    row('CPU of Kafka', ...beside('kafka')),
    row(
      'CPU of Elasticsearch',
      ...beside('elasticsearch'),
      'the default mapping, ids by Elasticsearch; our mapping, ids by us',
    ),
  ]
}

/** Of one archiver that nothing else of the product runs beside. */
export function archiveRows({ events, bytes, segments, whole: all, warm }: Archiving): Row[] {
  const micros = of(warm.cpuMicros, 'archiver')
  return [
    {
      figure: 'CPU of the archiver',
      measured: us(micros),
      goal: `${MOST_ARCHIVER_MICROS} us`,
      met: micros <= MOST_ARCHIVER_MICROS,
      note: `of the second half; ${us(of(all.cpuMicros, 'archiver'))} of all, with what a new process compiles; ${whole(events / all.seconds)}/s; others took ${all.othersCores.toFixed(1)} cores`,
    },
    {
      figure: 'CPU of the servers',
      measured: `Kafka ${us(of(all.cpuMicros, 'kafka'))}, S3 ${us(of(all.cpuMicros, 's3'))}`,
      goal: '',
      met: undefined,
    },
    {
      figure: 'in S3',
      measured: `${(bytes / events).toFixed(1)} B an event`,
      goal: '',
      met: undefined,
      note: `${whole(events)} events in ${segments} segments, before they are merged`,
    },
  ]
}

/** @param eventBytes as they were sent */
export function diskRow(bytes: number, events: number, eventBytes: number): Row {
  return {
    figure: 'one copy, merged',
    measured: `${Math.round(bytes / events)} B an event`,
    goal: '',
    met: undefined,
    note: `${whole(events)} events of ${whole(eventBytes)} B`,
  }
}

export function wholeRow(accepted: number, stored: number, letters: number): Row {
  return {
    figure: 'accepted, and in Elasticsearch by its own count',
    measured: `${whole(accepted)}, and ${whole(stored)}`,
    goal: 'the same',
    met: accepted === stored && letters === 0,
    note: `${whole(letters)} dead letters`,
  }
}

export function freshnessRows({ load, freshness }: Steady): Row[] {
  const { name } = load.load.workload
  const note = (samples: readonly number[]) =>
    `${samples.length} marked lines; the slowest ${whole(Math.max(...samples))} ms`
  return [
    {
      ...fresh(`accepted -> searchable, ${name}`, freshness.searchable),
      note: `${note(freshness.searchable)}; last event searchable ${load.drainSeconds.toFixed(1)} s after the last answer; ${answers(load)}; others took ${load.othersCores.toFixed(1)} cores`,
    },
    {
      ...fresh(`accepted -> tail, ${name}`, freshness.tail),
      goal: `p99 ${MOST_TAIL_MILLIS} ms`,
      met: percentile(freshness.tail, 0.99) <= MOST_TAIL_MILLIS,
      note: note(freshness.tail),
    },
  ]
}

function fresh(figure: string, samples: readonly number[]): Row {
  const at = (share: number) => whole(percentile(samples, share))
  return { figure, measured: `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`, goal: '', met: undefined }
}

/** Each question on both stores, the medians with the worst behind them. */
export function besideRows(onElasticsearch: readonly Answered[], onSegments: readonly Answered[]): Row[] {
  return onElasticsearch.map((there) => {
    const here = onSegments.find(({ question }) => question.name === there.question.name)
    const all = [there, ...(here === undefined ? [] : [here])]
    const wrong = all.flatMap(({ problems }) => problems)
    return {
      figure: there.question.name,
      measured: `Elasticsearch ${times(there)}, segments ${here === undefined ? 'not asked' : times(here)}`,
      goal: '',
      met: undefined,
      note: [
        `asked ${there.asked} and ${here?.asked ?? 0} times`,
        wrong.length > 0 ? `WRONG ${wrong.length} times: ${wrong[0]}` : 'each answer checked',
      ].join('; '),
    }
  })
}

function times({ medianMillis, worstMillis }: Answered): string {
  return `${millis(medianMillis)} (${millis(worstMillis)})`
}

function millis(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`
}

function us(micros: number): string {
  return `${micros.toFixed(1)} us`
}

function ownMicros(micros: Micros): number {
  return of(micros, 'ingest') + of(micros, 'indexer')
}

function of(micros: Micros, name: string): number {
  return micros.get(name) ?? 0
}
