import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import { LogStoreError } from '../../port.ts'
import { Lock } from '../lock.ts'
import { printJson } from '../manifest/manifest-format.ts'
import { type RewriteJob, Rewritten } from './rewrite.ts'

/** The codes of LogStoreErrors that a rewrite throws. */
export const RewriteErrorCode = z.enum(['corrupt', 'disk_full', 'newer_format', 'unsupported'])

/** What the thread answers; a code says that it is a LogStoreError. */
export const RewriteReply = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), rewritten: z.array(Rewritten) }),
  z.object({
    ok: z.literal(false),
    code: RewriteErrorCode.optional(),
    message: z.string(),
  }),
])
export type RewriteReply = z.infer<typeof RewriteReply>

/** Starting a thread costs more than most jobs; its memory is given back when there is nothing to do for a while. */
const IDLE_MILLIS = 30_000

/**
 * Rewrites in a thread of low priority, one job after the other. It is started by the first job and ends when it has
 * had none for a while, or by `close`.
 */
export class RewriteThread {
  readonly #jobs = new Lock()
  readonly #idleMillis: number
  #worker: Worker | undefined
  #idle: NodeJS.Timeout | undefined

  constructor(idleMillis = IDLE_MILLIS) {
    this.#idleMillis = idleMillis
  }

  /** Whether the thread is there. */
  get running(): boolean {
    return this.#worker !== undefined
  }

  readonly run = (job: RewriteJob): Promise<readonly Rewritten[]> =>
    this.#jobs.run(async () => {
      clearTimeout(this.#idle)
      const reply = RewriteReply.parse(JSON.parse(await this.#ask(printJson(job))))
      this.#idle = setTimeout(() => void this.close(), this.#idleMillis)
      this.#idle.unref()
      if (reply.ok) return reply.rewritten
      throw reply.code === undefined ? new Error(reply.message) : new LogStoreError(reply.code, reply.message)
    })

  /** Waits for the jobs that were asked for, then ends the thread. A later job starts another. */
  close(): Promise<void> {
    return this.#jobs.run(async () => {
      clearTimeout(this.#idle)
      await this.#worker?.terminate()
      this.#worker = undefined
    })
  }

  async #ask(job: string): Promise<string> {
    const worker = this.#worker ?? this.#start()
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const answer = (text: unknown) => resolve(String(text))
    const end = (code: number) => reject(new Error(`the thread that rewrites segments ended with ${code}`))
    worker.once('message', answer).once('error', reject).once('exit', end)
    worker.ref()
    try {
      worker.postMessage(job)
      return await promise
    } finally {
      worker.off('message', answer).off('error', reject).off('exit', end)
      worker.unref()
    }
  }

  #start(): Worker {
    const worker = new Worker(new URL('./rewrite-worker.ts', import.meta.url))
    this.#worker = worker
    // A thread that failed between two jobs, or in one, is replaced by the next.
    worker.on('error', () => undefined)
    worker.once('exit', () => {
      if (this.#worker === worker) this.#worker = undefined
    })
    return worker
  }
}
