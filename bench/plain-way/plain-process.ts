import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { type PlainReply, type PlainTask, PlainReply as Reply } from './protocol.ts'

/** kafkajs sets timers in the past. */
const QUIET = ['--disable-warning=TimeoutNegativeWarning']

/** A process of the plain way as the bench sees it. It ends with its scope, and with us. */
export class PlainProcess implements Disposable {
  readonly #child: ChildProcess
  readonly #replies: PlainReply[] = []
  #changed = Promise.withResolvers<void>()

  constructor(role: 'producer' | 'consumer') {
    this.#child = fork(join(import.meta.dirname, `${role}-process.ts`), { execArgv: QUIET })
    this.#child.on('message', (message) => {
      this.#replies.push(Reply.parse(message))
      this.#change()
    })
    this.#child.once('exit', (code) =>
      this.#changed.reject(new Error(`the plain ${role} ended with ${code}`)),
    )
    // Where nobody waits, nobody has to know.
    this.#changed.promise.catch(() => undefined)
  }

  get replies(): readonly PlainReply[] {
    return this.#replies
  }

  tell(message: PlainTask | 'go'): void {
    this.#child.send(message)
  }

  /** Waits for the next reply. Rejects when the process ends. */
  changed(): Promise<void> {
    return this.#changed.promise
  }

  [Symbol.dispose](): void {
    this.#child.removeAllListeners('exit')
    if (this.#child.connected) this.#child.disconnect()
  }

  #change(): void {
    const { resolve } = this.#changed
    this.#changed = Promise.withResolvers()
    this.#changed.promise.catch(() => undefined)
    resolve()
  }
}
