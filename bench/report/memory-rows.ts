import { type Row, whole } from './table.ts'

/** The budget of the design, megabytes. */
const GOALS: ReadonlyMap<string, number> = new Map([
  ['ingest', 120],
  ['indexer', 450],
  ['query', 400],
  ['web', 250],
  ['postgres', 120],
])

/** Resident memory; pages that processes share count in each. */
export function peakRows(peak: ReadonlyMap<string, number>, { hasGoals }: { hasGoals: boolean }): Row[] {
  return [...peak].map(([app, bytes]) => {
    const goal = hasGoals ? GOALS.get(app) : undefined
    return {
      figure: `most memory of ${app}`,
      measured: megabytes(bytes),
      goal: goal === undefined ? '' : `${goal} MB`,
      met: goal === undefined ? undefined : bytes <= goal * 1e6,
    }
  })
}

const TOLERANCE = 0.1

/** Whether each app has as much as before, more or less a tenth. */
export function steadinessRows(
  what: string,
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): Row[] {
  return [...after].map(([app, bytes]) => {
    const earlier = before.get(app) ?? Number.NaN
    const change = bytes / earlier - 1
    return {
      figure: `memory of ${app}, ${what}`,
      measured: `${megabytes(earlier)}, then ${megabytes(bytes)}`,
      goal: '±10 %',
      met: Math.abs(change) <= TOLERANCE,
      note: `${change >= 0 ? '+' : ''}${(change * 100).toFixed(0)} %`,
    }
  })
}

function megabytes(bytes: number): string {
  return `${whole(bytes / 1e6)} MB`
}
