import { AT_START, nextPriority, type Priority } from './priority.ts'

export interface FollowedWorker {
  /** Its id for the operating system, once it is known. */
  readonly thread: () => number | undefined
  readonly lagMillis: () => number
}

export interface LagFollower {
  readonly setThreads: (threads: Iterable<number>, priority: Priority) => void
  readonly setSession: (priority: Priority) => void
  /** Milliseconds that only grow. */
  readonly clock: () => number
}

const LOOK_MILLIS = 250

/** Looks at the lag of each worker now and then and gives its thread the priority it needs, until it is disposed of. */
export function followLag(
  workers: readonly FollowedWorker[],
  { setThreads, setSession, clock }: LagFollower,
): Disposable {
  let states = workers.map(() => AT_START)
  let session = AT_START.priority
  const look = () => {
    const now = clock()
    states = states.map((state, index) => {
      const worker = workers[index]
      const thread = worker?.thread()
      if (worker === undefined || thread === undefined) return state
      const next = nextPriority(state, worker.lagMillis(), now)
      if (next.priority !== state.priority) setThreads([thread], next.priority)
      return next
    })
    const needed = states.some(({ priority }) => priority === 'normal') ? 'normal' : 'behind queries'
    if (needed !== session) setSession(needed)
    session = needed
  }
  const timer = setInterval(look, LOOK_MILLIS).unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
