import { type LoadResult, totalMicros } from '../measure/load.ts'
import { type Row, whole } from './table.ts'

const LEAST_PER_SECOND = 100_000
const MOST_MICROS = 15

export function throughputRow(result: LoadResult, hasGoal: boolean): Row {
  const { load, sustainedPerSecond, acceptedPerSecond, drainSeconds, report, bytesPerEvent } = result
  return {
    figure: load.workload.name,
    measured: `${whole(sustainedPerSecond)}/s accepted and searchable`,
    goal: hasGoal ? '140,000, at least 100,000' : '',
    met: hasGoal ? sustainedPerSecond >= LEAST_PER_SECOND : undefined,
    note: `accepted ${whole(acceptedPerSecond)}/s for ${report.seconds.toFixed(0)} s, last event searchable ${drainSeconds.toFixed(1)} s later; ${whole(bytesPerEvent)} B an event; ${answers(result)}; others took ${result.othersCores.toFixed(1)} cores`,
  }
}

export function cpuRow(result: LoadResult, hasGoal: boolean): Row {
  const total = totalMicros(result)
  const of = (app: string) => result.cpuMicros.get(app) ?? 0
  const rest = total - of('ingest') - of('indexer') - of('query')
  return {
    figure: result.load.workload.name,
    measured: `${total.toFixed(1)} us`,
    goal: hasGoal ? '12, at most 15' : '',
    met: hasGoal ? total <= MOST_MICROS : undefined,
    note: `ingest ${of('ingest').toFixed(1)}, indexer ${of('indexer').toFixed(1)}, query (alert rules) ${of('query').toFixed(1)}, all others ${rest.toFixed(1)}; the generator, not counted, ${result.generatorMicros.toFixed(1)}`,
  }
}

/** Answers by status over all steps, and requests that could not be sent. */
export function answers({ report }: Pick<LoadResult, 'report'>): string {
  const counts = new Map<string, number>()
  for (const { statuses, unsent } of report.steps) {
    for (const [status, count] of Object.entries(statuses))
      counts.set(status, (counts.get(status) ?? 0) + count)
    if (unsent > 0) counts.set('not sent in time', (counts.get('not sent in time') ?? 0) + unsent)
  }
  return [...counts].map(([status, count]) => `${whole(count)} × ${status}`).join(', ')
}
