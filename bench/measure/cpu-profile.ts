import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** What V8's sampling profiler writes (https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile). */
const Profile = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }),
      children: z.array(z.number()).optional(),
    }),
  ),
  /** Microseconds of the monotonic clock. */
  startTime: z.number(),
  samples: z.array(z.number()),
  /** Microseconds from one sample to the next. */
  timeDeltas: z.array(z.number()),
})
export type Profile = z.infer<typeof Profile>

/** Of one process: its main thread and its worker threads. */
export interface ThreadProfiles {
  readonly main: Profile
  readonly workers: readonly Profile[]
}

/** Microseconds of the monotonic clock. */
export interface Window {
  readonly from: number
  readonly to: number
}

/** Shares of the time that threads were at work, by stage, most first; together 1. */
export type Stages = readonly (readonly [stage: string, share: number])[]

/**
 * The profiles that `node --cpu-prof` left of a process and its worker threads,
 * `CPU.<date>.<time>.<pid>.<thread>.<n>.cpuprofile`; thread 0 is the main thread.
 */
export function readProfiles(folder: string, pid: number): ThreadProfiles {
  const read = (name: string) => Profile.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')))
  const names = readdirSync(folder).flatMap((name) => {
    const [, itsPid, thread] = /^CPU\.\d+\.\d+\.(\d+)\.(\d+)\.\d+\.cpuprofile$/.exec(name) ?? []
    return Number(itsPid) === pid ? [{ name, thread: Number(thread) }] : []
  })
  const main = names.find(({ thread }) => thread === 0)
  if (main === undefined) throw new Error(`process ${pid} left no profile`)
  return {
    main: read(main.name),
    workers: names.filter(({ thread }) => thread !== 0).map(({ name }) => read(name)),
  }
}

/**
 * The profiler samples by the clock, whether the thread had a core or waited for one; so only the shares mean something,
 * not the times.
 */
export function stageShares(profiles: readonly Profile[], window: Window): Stages {
  const sums = new Map<string, number>()
  for (const profile of profiles)
    for (const [stage, micros] of stagesOf(profile, window))
      if (stage !== IDLE) sums.set(stage, (sums.get(stage) ?? 0) + micros)
  const all = [...sums.values()].reduce((sum, micros) => sum + micros, 0)
  return [...sums].map(([stage, micros]) => [stage, micros / all] as const).toSorted(([, a], [, b]) => b - a)
}

const IDLE = '(idle)'

/**
 * Sampled time by stage. A sample counts to the nearest stage at or above the function it was in: what the log store's
 * encoder spends in a library, in columns of packages/event or in JSON.parse is the encoder's.
 */
export function stagesOf(
  { nodes, samples, startTime, timeDeltas }: Profile,
  window: Window,
): Map<string, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const stageOfId = new Map<number, string>()
  const visit = (id: number, above: string): void => {
    const node = byId.get(id)
    if (node === undefined) return
    const { functionName, url } = node.callFrame
    const library = above === NOBODYS ? libraryStage(url) : undefined
    const stage = ownStage(functionName, url) ?? library ?? above
    stageOfId.set(id, stage)
    for (const child of node.children ?? []) visit(child, stage)
  }
  const root = nodes.find(({ callFrame }) => callFrame.functionName === '(root)') ?? nodes[0]
  if (root !== undefined) visit(root.id, NOBODYS)
  const stages = new Map<string, number>()
  let at = startTime
  for (const [index, id] of samples.entries()) {
    at += timeDeltas[index] ?? 0
    if (at < window.from || at > window.to) continue
    const stage = stageOfId.get(id) ?? '(unknown)'
    stages.set(stage, (stages.get(stage) ?? 0) + (timeDeltas[index] ?? 0))
  }
  return stages
}

/** What none of our functions called. */
const NOBODYS = 'Node: HTTP, timers, start'

/** A library that goes on by itself, such as a client whose connection has an answer. */
function libraryStage(url: string): string | undefined {
  const name = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1]
  return name === undefined ? undefined : `library ${name}`
}

/** The stage a function begins, or undefined where it works for whoever called it. */
function ownStage(functionName: string, url: string): string | undefined {
  if (functionName === '(garbage collector)') return 'garbage collection'
  if (functionName === '(idle)' || functionName === '(program)') return functionName
  const [, folder = '', inside = ''] = /\/((?:packages|apps)\/[^/]+)\/src\/(.+)\.ts$/.exec(url) ?? []
  if (folder === '' || folder === 'packages/event' || folder === 'packages/runtime') return undefined
  if (folder === 'packages/log-store') return `${folder}: ${inside.replace(/^segments\//, '')}`
  if (folder === 'packages/pipeline' || folder === 'packages/doors')
    return `${folder}: ${inside.split('/')[0]}`
  return folder
}
