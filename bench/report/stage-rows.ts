import { type Stages, stageShares, type ThreadProfiles, type Window } from '../measure/cpu-profile.ts'
import type { ThreadKind } from '../measure/threads.ts'
import type { Answered } from '../questions/ask-all.ts'
import type { Row } from './table.ts'

const MOST_STAGES = 16

/**
 * The CPU of an app by stage and thread. Each thread's time is divided as its samples are.
 * @param micros by kind of thread, an event; where the system does not tell threads apart, all is taken for the main thread's
 */
export function stageRows(
  profiles: ThreadProfiles,
  window: Window,
  micros: ReadonlyMap<ThreadKind, number>,
  all: { readonly process: number },
): Row[] {
  const of = (kind: ThreadKind) => micros.get(kind) ?? 0
  const main = micros.size === 0 ? all.process : of('main')
  const living = main + of('worker') + of('v8') + of('libuv') + of('other')
  // Of an app's threads only workers end; what they had is in the process's time.
  const ended = profiles.workers.length === 0 ? 0 : Math.max(0, all.process - living)
  const workers = of('worker') + ended
  return [
    row('the process', all.process),
    row('its main thread', main, 'by stage:'),
    ...stagesOfThread('main thread', stageShares([profiles.main], window), main),
    ...(profiles.workers.length === 0
      ? []
      : [
          row(
            'its worker threads',
            workers,
            `${profiles.workers.length}, those that have ended included; by stage:`,
          ),
          ...stagesOfThread('worker', stageShares(profiles.workers, window), workers),
        ]),
    row("V8's own threads", of('v8'), 'garbage collection, compiling'),
    row("libuv's threads", of('libuv'), 'files, zlib'),
    row('other threads', Math.max(0, all.process - living - ended + of('other')), 'the profiler, timers'),
  ]
}

function stagesOfThread(thread: string, stages: Stages, micros: number): Row[] {
  const hidden = stages.slice(MOST_STAGES).reduce((sum, [, share]) => sum + share, 0)
  return [
    ...stages
      .slice(0, MOST_STAGES)
      .map(([stage, share]) => row(`${thread}, ${stage}`, share * micros, percent(share))),
    ...(hidden === 0 ? [] : [row(`${thread}, all other stages`, hidden * micros, percent(hidden))]),
  ]
}

/** A question as it was asked under the profiler. */
export interface ProfiledQuestion {
  readonly answers: Answered
  readonly window: Window
  /** Of query and web, by kind of thread, for each asking. */
  readonly threadMicros: ReadonlyMap<string, ReadonlyMap<ThreadKind, number>>
}

const MOST_STAGES_OF_QUESTION = 6

/** The way of a question: how long it takes where, and what each part has of the CPU. */
export function questionStageRows(
  { answers, window, threadMicros }: ProfiledQuestion,
  query: ThreadProfiles,
): Row {
  const millis = (app: string, kind: ThreadKind) => (threadMicros.get(app)?.get(kind) ?? 0) / 1_000
  const main = millis('query', 'main')
  const stages = stageShares([query.main], window)
    .slice(0, MOST_STAGES_OF_QUESTION)
    .map(([stage, share]) => `${stage.replace('packages/', '')} ${(share * main).toFixed(1)}`)
  const pages = (['main', 'worker', 'v8', 'libuv', 'other'] as const).reduce(
    (sum, kind) => sum + millis('web', kind),
    0,
  )
  return {
    figure: answers.question.name,
    measured: `${answers.medianMillis.toFixed(1)} ms`,
    goal: '',
    met: undefined,
    note: [
      `in query ${answers.tookMillis.toFixed(1)}, the page's server and HTTP ${(answers.medianMillis - answers.tookMillis).toFixed(1)}`,
      `CPU of query's main thread ${main.toFixed(1)} (${stages.join(', ')})`,
      `of its worker threads ${millis('query', 'worker').toFixed(1)}, of the engine and file reads ${(millis('query', 'other') + millis('query', 'libuv')).toFixed(1)}, of V8's threads ${millis('query', 'v8').toFixed(1)}`,
      `of the page's server ${pages.toFixed(1)}`,
    ].join('; '),
  }
}

function row(figure: string, micros: number, note = ''): Row {
  return { figure, measured: `${micros.toFixed(2)} us`, goal: '', met: undefined, note }
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`
}
