import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { type Command, type Pace, Reply, type Report, type Workload } from './workload.ts'

/** The generator's process as the bench sees it. */
export class LoadGenerator implements Disposable {
  readonly #child: ChildProcess = fork(join(import.meta.dirname, 'main.ts'))

  /** Makes the bodies; gives the bytes of an event. */
  async prepare(workload: Workload): Promise<number> {
    const reply = await this.#ask({ do: 'prepare', workload })
    if (reply.is !== 'prepared') throw new Error(`unexpected reply ${reply.is}`)
    return reply.bytesPerEvent
  }

  async run(pace: Pace): Promise<Report> {
    const reply = await this.#ask({ do: 'run', pace })
    if (reply.is !== 'report') throw new Error(`unexpected reply ${reply.is}`)
    return reply.report
  }

  /** Tells a run how many of its events are indexed by now. */
  indexed(events: number): void {
    if (this.#child.connected) this.#child.send({ do: 'indexed', events } satisfies Command)
  }

  [Symbol.dispose](): void {
    if (this.#child.connected) this.#child.disconnect()
  }

  #ask(command: Command): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const ended = (code: number | null) => reject(new Error(`the load generator ended with ${code}`))
      this.#child.once('exit', ended)
      this.#child.once('message', (message) => {
        this.#child.off('exit', ended)
        resolve(Reply.parse(message))
      })
      this.#child.send(command)
    })
  }
}
