import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import { type EventDraft, rowsOf } from '@heartwood/event'
import {
  type Append,
  type LogAppender,
  LogStoreError,
  type LogStoreErrorCode,
  type Show,
} from '../../src/port.ts'
import type { SegmentsLogWriter } from '../../src/segments/writer.ts'

export type ThreadAsk =
  | { kind: 'connect'; port: MessagePort }
  | { kind: 'append'; append: Omit<Append, 'events'>; drafts: EventDraft[] }
  | { kind: 'show'; show: Omit<Show, 'events'>; drafts: EventDraft[] }
  | { kind: 'check'; drafts: EventDraft[] }
  | { kind: 'seenBatches'; partition: number; batchIds: readonly string[] }
  | { kind: 'position'; partition: number }
  | { kind: 'close' }

export interface ThreadQuestion {
  readonly id: number
  readonly store: number
  readonly ask: ThreadAsk
}

export interface ThreadAnswer {
  readonly applied?: boolean
  readonly position?: bigint | null
  readonly seen?: ReadonlySet<string>
}

export type ThreadMessage =
  | { kind: 'flush'; store: number; partition: number }
  | { kind: 'answer'; id: number; answer: ThreadAnswer }
  | { kind: 'error'; id: number; message: string; code: LogStoreErrorCode | undefined }

export interface ThreadAppender extends LogAppender {
  /** What the appender in the thread says. */
  positionInThread(partition: number): Promise<bigint | null | undefined>
}

/** A thread that appends to stores whose writers are in this one; events get there by structured clone. */
export class AppenderThread implements AsyncDisposable {
  readonly #worker = new Worker(new URL('./appender-worker.ts', import.meta.url))
  readonly #waiting = new Map<number, PromiseWithResolvers<ThreadAnswer>>()
  readonly #listeners = new Map<number, ((partition: number) => void)[]>()
  #asked = 0
  #stores = 0
  #ended = false

  constructor() {
    this.#worker.unref()
    this.#worker.on('message', (message: ThreadMessage) => this.#take(message))
    this.#worker.on('exit', () => {
      this.#ended = true
      for (const { reject } of this.#waiting.values()) reject(ended())
    })
  }

  async connect(writer: SegmentsLogWriter): Promise<ThreadAppender> {
    const { port1, port2 } = new MessageChannel()
    writer.lend(port1)
    const store = ++this.#stores
    const listeners: ((partition: number) => void)[] = []
    this.#listeners.set(store, listeners)
    const ask = (question: ThreadAsk) => this.#ask(store, question)
    await this.#ask(store, { kind: 'connect', port: port2 }, [port2])
    return {
      async append({ events, ...append }) {
        const { applied = false } = await ask({ kind: 'append', append, drafts: [...rowsOf(events)] })
        return { applied }
      },
      async show({ events, ...show }) {
        const { applied = false } = await ask({ kind: 'show', show, drafts: [...rowsOf(events)] })
        return { applied }
      },
      async seenBatches(partition, batchIds) {
        const { seen = new Set<string>() } = await ask({ kind: 'seenBatches', partition, batchIds })
        return seen
      },
      async check(events) {
        await ask({ kind: 'check', drafts: [...rowsOf(events)] })
      },
      position: (partition) => writer.position(partition),
      positionInThread: async (partition) => (await ask({ kind: 'position', partition })).position,
      onFlush: (listener) => void listeners.push(listener),
      close: async () => void (await ask({ kind: 'close' })),
    }
  }

  /** Ends the thread in the middle of whatever it does. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate()
  }

  #ask(store: number, ask: ThreadAsk, transfer: MessagePort[] = []): Promise<ThreadAnswer> {
    if (this.#ended) return Promise.reject(ended())
    const answer = Promise.withResolvers<ThreadAnswer>()
    const question: ThreadQuestion = { id: ++this.#asked, store, ask }
    this.#waiting.set(question.id, answer)
    this.#worker.postMessage(question, transfer)
    return answer.promise
  }

  #take(message: ThreadMessage): void {
    if (message.kind === 'flush') {
      for (const listener of this.#listeners.get(message.store) ?? []) listener(message.partition)
      return
    }
    const asker = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    if (message.kind === 'answer') asker?.resolve(message.answer)
    else asker?.reject(errorOf(message))
  }
}

function errorOf({ code, message }: Extract<ThreadMessage, { kind: 'error' }>): Error {
  return code === undefined ? new Error(message) : new LogStoreError(code, message)
}

function ended(): LogStoreError {
  return new LogStoreError('closed', 'the thread has ended')
}
