import { parseArgs } from 'node:util'
import { z } from 'zod'
import type { Demand } from './plan/demand.ts'
import { LIST_PRICES, type Prices } from './prices.ts'
import { bytesOf } from './quantity.ts'

const bytes = (example: string) =>
  z.string().transform((text, context) => {
    const value = bytesOf(text)
    if (value !== undefined && value > 0) return value
    context.addIssue(`takes a number with its unit, such as ${example}`)
    return z.NEVER
  })
const number = (least: number, most: number) =>
  z.coerce
    .number(`takes a number from ${least} to ${most}`)
    .min(least, `takes a number from ${least} to ${most}`)
    .max(most, `takes a number from ${least} to ${most}`)
const whole = (least: number, most: number) =>
  number(least, most).refine(Number.isInteger, 'takes a whole number')

/** Every flag with its meaning and default; `npm run capacity -- --help` prints them. */
export const FLAGS = {
  'per-day': { about: 'what comes in within a day, as it is sent', schema: bytes('10TB'), standard: '10TB' },
  'event-bytes': { about: 'mean length of an event, as it is sent', schema: bytes('1KB'), standard: '1KB' },
  'events-per-request': { about: 'events of a request of a sender', schema: whole(1, 1e6), standard: '1000' },
  'days-hot': { about: 'days in Elasticsearch', schema: whole(1, 3_650), standard: '30' },
  'days-cold': { about: 'days on S3; 0: no archive', schema: whole(0, 36_500), standard: '365' },
  replicas: { about: 'copies of each shard beside the first', schema: whole(0, 10), standard: '1' },
  'kafka-replication': { about: 'brokers that keep each event', schema: whole(1, 9), standard: '3' },
  'kafka-hours': { about: 'hours that Kafka keeps', schema: whole(1, 8_784), standard: '24' },
  peak: { about: 'a spike, times the mean', schema: number(1, 1_000), standard: '10' },
  'peak-minutes': { about: 'how long a spike lasts', schema: whole(1, 1_440), standard: '60' },
  'catch-up-hours': {
    about: 'hours after a spike until all is searchable',
    schema: number(0.1, 720),
    standard: '12',
  },
  'spool-minutes': { about: 'minutes Kafka may be away', schema: number(0, 10_080), standard: '30' },
  'questions-per-second': { about: 'questions of people and rules', schema: number(0, 1e5), standard: '20' },
  'machine-cores': { about: 'cores of a machine', schema: whole(1, 1_024), standard: '16' },
  'machine-memory': { about: 'memory of a machine', schema: bytes('64GB'), standard: '64GB' },
  'machine-disk': { about: 'disk of a machine', schema: bytes('16TB'), standard: '16TB' },
  's3-gb-month': {
    about: 'dollars for a GB a month',
    schema: number(0, 1_000),
    standard: String(LIST_PRICES.gigabyteMonth),
  },
  's3-thousand-puts': {
    about: 'dollars for 1,000 PUT',
    schema: number(0, 1_000),
    standard: String(LIST_PRICES.thousandPuts),
  },
} as const satisfies Record<
  string,
  { readonly about: string; readonly schema: z.ZodType<number>; readonly standard: string }
>

type FlagName = keyof typeof FLAGS
const NAMES = Object.keys(FLAGS).filter(isFlag)

export interface Options {
  readonly demand: Demand
  readonly prices: Prices
  readonly json: boolean
  /** Every minute of the spike, not a few of them. */
  readonly allMinutes: boolean
}

export type OptionsResult =
  | { readonly ok: true; readonly options: Options }
  | { readonly ok: false; readonly errors: readonly string[] }

/** Reads the command line. Each error is a sentence that says what to write instead. */
export function optionsOf(argv: readonly string[]): OptionsResult {
  let given: Readonly<Record<string, string | boolean | undefined>>
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        ...Object.fromEntries(NAMES.map((name) => [name, { type: 'string' } as const])),
        json: { type: 'boolean' },
        'all-minutes': { type: 'boolean' },
      },
    })
    given = values
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    return { ok: false, errors: [`${said.split('. ')[0]}; --help lists what there is.`] }
  }
  const errors: string[] = []
  const read = (name: FlagName): number => {
    const { schema, standard } = FLAGS[name]
    const parsed = schema.safeParse(given[name] ?? standard)
    if (parsed.success) return parsed.data
    errors.push(`--${name} ${String(given[name])}: ${parsed.error.issues[0]?.message ?? 'is not valid'}.`)
    return Number.NaN
  }
  const eventBytes = read('event-bytes')
  const demand: Demand = {
    eventsPerSecond: read('per-day') / 86_400 / eventBytes,
    eventBytes,
    eventsPerRequest: read('events-per-request'),
    daysHot: read('days-hot'),
    daysCold: read('days-cold'),
    replicas: read('replicas'),
    kafkaReplication: read('kafka-replication'),
    kafkaHours: read('kafka-hours'),
    peak: read('peak'),
    peakMinutes: read('peak-minutes'),
    catchUpHours: read('catch-up-hours'),
    spoolMinutes: read('spool-minutes'),
    questionsPerSecond: read('questions-per-second'),
    machine: {
      cores: read('machine-cores'),
      memoryBytes: read('machine-memory'),
      diskBytes: read('machine-disk'),
    },
  }
  const prices = pricesOf(given, read('s3-gb-month'), read('s3-thousand-puts'))
  errors.push(...contradictions(demand))
  if (errors.length > 0) return { ok: false, errors }
  return {
    ok: true,
    options: { demand, prices, json: given.json === true, allMinutes: given['all-minutes'] === true },
  }
}

function pricesOf(
  given: Readonly<Record<string, unknown>>,
  gigabyteMonth: number,
  thousandPuts: number,
): Prices {
  const isOwn = given['s3-gb-month'] !== undefined || given['s3-thousand-puts'] !== undefined
  return { ...(isOwn ? { name: 'as given', asOf: 'now' } : LIST_PRICES), gigabyteMonth, thousandPuts }
}

/** What is valid alone and not together. */
function contradictions({ daysHot, daysCold, kafkaHours, catchUpHours, peakMinutes }: Demand): string[] {
  return [
    ...(daysCold > 0 && daysCold < daysHot
      ? [
          `--days-cold ${daysCold} is less than --days-hot ${daysHot}: S3 keeps every day from the first on, so name at least as many, or 0 for no archive.`,
        ]
      : []),
    ...(catchUpHours + peakMinutes / 60 >= kafkaHours
      ? [
          `--catch-up-hours ${catchUpHours} is not less than --kafka-hours ${kafkaHours} without the spike: Kafka would drop what is not searchable yet. Name fewer, or keep more.`,
        ]
      : []),
  ]
}

/** A line a flag. */
export function flagLines(): string[] {
  return NAMES.map((name) => `  --${name.padEnd(22)} ${FLAGS[name].about} (${FLAGS[name].standard})`)
}

function isFlag(name: string): name is FlagName {
  return Object.hasOwn(FLAGS, name)
}
