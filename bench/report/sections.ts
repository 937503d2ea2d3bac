import { type LoadResult, totalMicros } from '../measure/load.ts'
import { percentile } from '../measure/percentiles.ts'
import { BURST, FLAT_OUT, STEADY } from '../plan.ts'
import type { Measured } from '../run-plan.ts'
import type { ProfiledRun } from '../run-profiled.ts'
import { type Row, type Section, whole } from './table.ts'

/** Issue 4's figures beside ours. */
export function sections(measured: Measured, profiled: ProfiledRun | undefined): Section[] {
  const flat = measured.loads.filter(({ workload }) => workload.name !== STEADY && workload.name !== BURST)
  return [
    { title: 'Events per second, flat out', rows: flat.map(throughputRow) },
    { title: 'CPU per event, all apps', rows: [...flat.map(cpuRow), wholeRunRow(measured)] },
    { title: 'Latency', rows: latencyRows(measured) },
    { title: `Questions over ${whole(measured.storedEvents)} events, warm`, rows: questionRows(measured) },
    { title: 'Disk and memory', rows: [...diskRows(measured, profiled), ...memoryRows(measured)] },
    ...(profiled === undefined ? [] : stageSections(profiled)),
  ]
}

function throughputRow(load: LoadResult): Row {
  const { workload, sustainedPerSecond, acceptedPerSecond, drainSeconds, report, bytesPerEvent } = load
  const goal = workload.bytes === 400 && workload.name === FLAT_OUT ? '140,000, at least 100,000' : ''
  return {
    figure: workload.name,
    measured: `${whole(sustainedPerSecond)}/s accepted and indexed`,
    goal,
    met: goal === '' ? undefined : sustainedPerSecond >= 100_000,
    note: `accepted ${whole(acceptedPerSecond)}/s for ${report.wallSeconds.toFixed(0)} s, last event searchable ${drainSeconds.toFixed(1)} s later; ${whole(bytesPerEvent)} B an event; ${answers(load)}; others took ${load.othersCores.toFixed(1)} cores`,
  }
}

function answers({ report }: LoadResult): string {
  return Object.entries(report.statuses)
    .map(([status, count]) => `${whole(count)} × ${status}`)
    .join(', ')
}

function cpuRow(load: LoadResult): Row {
  const total = totalMicros(load)
  const of = (app: string) => load.cpuMicros.get(app) ?? 0
  const rest = total - of('ingest') - of('indexer') - of('query')
  const hasGoal = load.workload.name === FLAT_OUT
  return {
    figure: load.workload.name,
    measured: `${total.toFixed(1)} us`,
    goal: hasGoal ? '12, at most 15' : '',
    met: hasGoal ? total <= 15 : undefined,
    note: `ingest ${of('ingest').toFixed(1)}, indexer ${of('indexer').toFixed(1)}, query (alert rules, markers) ${of('query').toFixed(1)}, all others ${rest.toFixed(1)}; the generator, not counted, ${load.generatorMicros.toFixed(1)}`,
  }
}

function wholeRunRow({ wholeRunMicros }: Measured): Row {
  return {
    figure: 'the whole run',
    measured: `${wholeRunMicros.toFixed(1)} us`,
    goal: '',
    met: undefined,
    note: 'every app from start to end, later merges, searches for markers and the questions included',
  }
}

function latencyRows({ loads, freshness }: Measured): Row[] {
  return loads.flatMap((load) => {
    const { workload, report, drainSeconds } = load
    const isSteady = workload.name === STEADY
    if (!isSteady && workload.name !== BURST) return []
    const offered = `accepted ${whole(load.acceptedPerSecond)}/s; last event searchable ${drainSeconds.toFixed(1)} s after the last answer; ${answers(load)}`
    const accept = latencyRow(
      `accept, ${workload.name} offered`,
      report.latencies,
      isSteady ? undefined : 100,
      offered,
    )
    if (!isSteady || freshness === undefined) return [accept]
    return [
      accept,
      latencyRow(
        `accepted -> searchable, ${STEADY}`,
        freshness.searchable,
        300,
        markers(freshness.searchable),
      ),
      latencyRow(`accepted -> tail, ${STEADY}`, freshness.tail, 150, markers(freshness.tail)),
    ]
  })
}

function markers(samples: readonly number[]): string {
  return `${samples.length} marked lines${samples.length < 100 ? ', so p99 is the slowest' : ''}`
}

function latencyRow(figure: string, samples: readonly number[], goal: number | undefined, note: string): Row {
  const p99 = percentile(samples, 0.99)
  return {
    figure,
    measured: `p50 ${whole(percentile(samples, 0.5))} ms, p99 ${whole(p99)} ms`,
    goal: goal === undefined ? '' : `p99 ${goal} ms`,
    met: goal === undefined ? undefined : p99 <= goal,
    note,
  }
}

function questionRows({ questions }: Measured): Row[] {
  return questions.map(({ name, millis, goalMillis, problem }) => ({
    figure: name,
    measured: `${millis.toFixed(0)} ms`,
    goal: `${whole(goalMillis)} ms`,
    met: millis <= goalMillis && problem === undefined,
    note: problem === undefined ? 'answer checked' : `WRONG: ${problem}`,
  }))
}

function diskRows({ storedBytesPerEvent, segments }: Measured, profiled: ProfiledRun | undefined): Row[] {
  const mix: Row = {
    figure: 'on disk, all scenarios together',
    measured: `${storedBytesPerEvent.toFixed(0)} B an event`,
    goal: '',
    met: undefined,
    note: `${segments} segments`,
  }
  if (profiled === undefined) return [mix]
  const { bytesPerEvent } = profiled
  return [
    {
      figure: 'on disk, 400 B events',
      measured: `${bytesPerEvent.toFixed(0)} B an event`,
      goal: '60 B',
      met: bytesPerEvent <= 60,
      note: `${whole(profiled.events)} events, each with a random trace id of its own`,
    },
    mix,
  ]
}

/** The budget of the design, megabytes. */
const MEMORY_GOALS: Readonly<Record<string, number>> = {
  ingest: 120,
  indexer: 450,
  query: 400,
  web: 250,
  postgres: 120,
}

function memoryRows({ peakMemory }: Measured): Row[] {
  return [...peakMemory].map(([app, bytes]) => {
    const goal = MEMORY_GOALS[app]
    return {
      figure: `peak memory, ${app}`,
      measured: `${whole(bytes / 1e6)} MB`,
      goal: goal === undefined ? '' : `${goal} MB`,
      met: goal === undefined ? undefined : bytes <= goal * 1e6,
      note: 'resident; shared pages count in each process',
    }
  })
}

const MOST_STAGES = 14

function stageSections({ apps, cpuMicros, threadMicros }: ProfiledRun): Section[] {
  return apps.map(({ app, stages }) => {
    const process = cpuMicros.get(app) ?? 0
    // Where the system does not tell threads apart, all of it is taken for the main thread's.
    const kinds = threadMicros.get(app)
    const main = kinds?.get('main') ?? process
    const v8 = kinds?.get('v8') ?? 0
    const libuv = kinds?.get('libuv') ?? 0
    const row = (figure: string, micros: number, note = ''): Row => ({
      figure,
      measured: `${micros.toFixed(2)} us`,
      goal: '',
      met: undefined,
      note,
    })
    const hidden = stages.slice(MOST_STAGES).reduce((sum, [, share]) => sum + share, 0)
    return {
      title: `Where the CPU of ${app} goes, per event, under the profiler`,
      rows: [
        row('the process', process),
        row('its main thread', main, 'by stage below: its CPU, divided as the samples are'),
        ...stages
          .slice(0, MOST_STAGES)
          .map(([stage, share]) => row(stage, share * main, `${(share * 100).toFixed(0)} %`)),
        row('all other stages', hidden * main, `${(hidden * 100).toFixed(0)} %`),
        row("V8's own threads", v8, 'garbage collection, compiling'),
        row("libuv's threads", libuv, 'files, zlib'),
        row('other threads', process - main - v8 - libuv, 'merging (indexer only), the profiler itself'),
      ],
    }
  })
}
