import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { type Command, Reply, type Report } from './protocol.ts'
import type { Pace, Workload } from './workload.ts'

/** The generator's process as the bench sees it. */
export class LoadGenerator implements Disposable {
  readonly #child: ChildProcess = fork(join(import.meta.dirname, 'main.ts'), { execArgv: ['--expose-gc'] })
  #waiting: PromiseWithResolvers<Reply> | undefined
  #onProgress: ((accepted: number, at: number) => void) | undefined

  constructor() {
    this.#child.on('message', (message) => {
      const reply = Reply.parse(message)
      if (reply.is === 'progress') this.#onProgress?.(reply.accepted, reply.at)
      else this.#waiting?.resolve(reply)
    })
    this.#child.once('exit', (code) =>
      this.#waiting?.reject(new Error(`the load generator ended with ${code}`)),
    )
  }

  /** Makes the bodies; gives the bytes of an event. */
  async prepare(workload: Workload): Promise<number> {
    const reply = await this.#ask({ do: 'prepare', workload })
    if (reply.is !== 'prepared') throw new Error(`unexpected reply ${reply.is}`)
    return reply.bytesPerEvent
  }

  /** @param onProgress events accepted so far, and when, in microseconds of the monotonic clock */
  async run(pace: Pace, onProgress: (accepted: number, at: number) => void): Promise<Report> {
    this.#onProgress = onProgress
    const reply = await this.#ask({ do: 'run', pace })
    this.#onProgress = undefined
    if (reply.is !== 'report') throw new Error(`unexpected reply ${reply.is}`)
    return reply.report
  }

  /** Tells a run how many of its events are searchable by now. */
  indexed(events: number): void {
    if (this.#child.connected) this.#child.send({ do: 'indexed', events } satisfies Command)
  }

  [Symbol.dispose](): void {
    if (this.#child.connected) this.#child.disconnect()
  }

  #ask(command: Command): Promise<Reply> {
    this.#waiting = Promise.withResolvers()
    this.#child.send(command)
    return this.#waiting.promise
  }
}
