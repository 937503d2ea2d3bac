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
type Profile = z.infer<typeof Profile>

export interface ProfiledApp {
  readonly app: string
  /** Shares of the main thread's time by stage, most first; together 1. */
  readonly stages: readonly (readonly [stage: string, share: number])[]
}

export interface Window {
  readonly from: number
  readonly to: number
}

/**
 * Reads the profiles of the main threads that `node --cpu-prof` left, `CPU.<date>.<time>.<pid>.<thread>.<n>.cpuprofile`,
 * between two moments. The profiler samples by the clock, whether the thread had a core or waited for one; so only the
 * shares mean something, not the times.
 */
export function readProfiles(
  folder: string,
  pids: ReadonlyMap<string, number>,
  window: Window,
): ProfiledApp[] {
  const files = readdirSync(folder)
  return [...pids].map(([app, pid]) => {
    const name = files.find((file) => new RegExp(`^CPU\\.\\d+\\.\\d+\\.${pid}\\.0\\.`).test(file))
    if (name === undefined) throw new Error(`${app} left no profile`)
    const profile = Profile.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')))
    const stages = [...stagesOf(profile, window)].filter(([stage]) => stage !== IDLE)
    const all = stages.reduce((sum, [, micros]) => sum + micros, 0)
    return {
      app,
      stages: stages
        .map(([stage, micros]) => [stage, micros / all] as const)
        .toSorted(([, a], [, b]) => b - a),
    }
  })
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
    const stage = ownStage(node.callFrame.functionName, node.callFrame.url) ?? above
    stageOfId.set(id, stage)
    for (const child of node.children ?? []) visit(child, stage)
  }
  const root = nodes.find(({ callFrame }) => callFrame.functionName === '(root)') ?? nodes[0]
  if (root !== undefined) visit(root.id, 'Node: HTTP, timers, start')
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
