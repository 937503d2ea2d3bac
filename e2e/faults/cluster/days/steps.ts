import { type HttpPassage, httpProxy } from '../../../cluster/http-proxy.ts'

export const STEPS_OF = ['elasticsearch', 's3'] as const
/** Of which server a process asks something, which is a step of what it does. */
export type StepsOf = (typeof STEPS_OF)[number]

/** Where a process is ended: at one of its requests, before the server hears of it, or when it has carried it out. */
export interface Step {
  readonly of: StepsOf
  /** 1 is the next one. */
  readonly number: number
  readonly when: 'before' | 'after'
}

/** All that one process asks of Elasticsearch and S3 passes here, so that it can be ended at any step of what it does. */
export interface Steps extends AsyncDisposable {
  /** What the process is given for that. */
  readonly settings: Readonly<Record<string, string>>
  /** So far. */
  readonly taken: Readonly<Record<StepsOf, number>>
  /** Has `kill` called at a step; resolves then. Only one kill waits at a time. */
  killAt(step: Step, kill: () => void): Promise<void>
  /** The kill that waits does not happen any more. */
  disarm(): void
}

export async function openSteps(servers: Readonly<Record<StepsOf, string>>): Promise<Steps> {
  await using opened = new AsyncDisposableStack()
  const taken: Record<StepsOf, number> = { elasticsearch: 0, s3: 0 }
  let armed: (Omit<Step, 'number'> & { left: number; end: () => void }) | undefined
  const meet = (of: StepsOf) => (passage: HttpPassage) => {
    taken[of]++
    if (armed?.of !== of || --armed.left > 0) {
      passage.pass()
      return
    }
    const { when, end } = armed
    armed = undefined
    const dies = () => {
      end()
      passage.cut()
    }
    if (when === 'before') dies()
    else void passage.carryOut().then(dies)
  }
  const elasticsearch = opened.use(await httpProxy(servers.elasticsearch, meet('elasticsearch')))
  const s3 = opened.use(await httpProxy(servers.s3, meet('s3')))
  const proxies = opened.move()
  return {
    settings: { ELASTICSEARCH_URL: elasticsearch.url, S3_ENDPOINT: s3.url },
    taken,
    killAt({ of, number, when }, kill) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const end = () => {
        kill()
        resolve()
      }
      armed = { of, when, left: number, end }
      return promise
    },
    disarm() {
      armed = undefined
    },
    [Symbol.asyncDispose]: () => proxies.disposeAsync(),
  }
}
