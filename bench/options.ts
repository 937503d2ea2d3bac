import { parseArgs } from 'node:util'

/** In the order they run in and stand on the page. */
export const EXPERIMENTS = [
  'ingest',
  'disk',
  'latency',
  'memory',
  'questions',
  'segments',
  'stages',
  'formats',
  'growth',
  'web',
  'cluster',
  'cold',
] as const
export type ExperimentName = (typeof EXPERIMENTS)[number]

export type Size = 'quick' | 'default' | 'long' | 'growth'

export interface Options {
  readonly size: Size
  readonly experiments: readonly ExperimentName[]
  /** Events for the questions, for growth, the cluster and old logs, instead of as many as the size says. */
  readonly events: number | undefined
  readonly write: boolean
}

/** Not part of a run that names none: one takes half an hour, one a browser, two servers of other makers. */
const ALONE: readonly ExperimentName[] = ['growth', 'web', 'cluster', 'cold']

/** Throws with a sentence for the terminal where something is not understood. */
export function optionsOf(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      long: { type: 'boolean', default: false },
      growth: { type: 'boolean', default: false },
      only: { type: 'string' },
      events: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  })
  const sizes = (['quick', 'long', 'growth'] as const).filter((size) => values[size])
  if (sizes.length > 1) throw new Error(`--${sizes.join(' and --')} are different runs`)
  const size = sizes[0] ?? 'default'
  const events = values.events === undefined ? undefined : Number(values.events)
  if (events !== undefined && !(events >= 1)) throw new Error('--events takes a number, such as 2e6')
  return {
    size,
    experiments: experimentsOf(size, named(values.only, positionals)),
    events: events === undefined ? undefined : Math.round(events),
    write: values.write,
  }
}

/** `web` and `--only web` are the same. */
function named(only: string | undefined, positionals: readonly string[]): string[] | undefined {
  const names = [...(only?.split(',') ?? []), ...positionals].map((name) => name.trim())
  return names.length === 0 ? undefined : names
}

function experimentsOf(size: Size, wanted: readonly string[] | undefined): ExperimentName[] {
  if (wanted === undefined)
    return EXPERIMENTS.filter((name) => (size === 'growth' ? name === 'growth' : !ALONE.includes(name)))
  const unknown = wanted.find((name) => !EXPERIMENTS.some((known) => known === name))
  if (unknown !== undefined) throw new Error(`the experiments are ${EXPERIMENTS.join(', ')}, not ${unknown}`)
  return EXPERIMENTS.filter((name) => wanted.includes(name))
}
