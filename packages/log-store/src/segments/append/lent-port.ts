import type { MessagePort } from 'node:worker_threads'
import {
  AppenderAsk,
  askIdOf,
  failureOf,
  printMessage,
  type Reply,
  type WriterMessage,
} from './appender-messages.ts'
import type { Coordinator, CoordinatorEvents } from './coordinator.ts'

/**
 * The writer's end of a port whose other end is with an appender in another thread: answers what it asks, and tells it
 * what changes. When the port closes without a word, the thread is dead, and the files it was writing go.
 */
export class LentPort {
  readonly #coordinator: Coordinator
  readonly #port: MessagePort
  readonly #name: string
  readonly #events: CoordinatorEvents
  readonly #running = new Set<Promise<void>>()
  #left = false

  constructor(coordinator: Coordinator, port: MessagePort) {
    this.#coordinator = coordinator
    this.#port = port
    this.#name = coordinator.nextName()
    this.#events = {
      fields: (added) => this.#say({ kind: 'fields', added: [...added] }),
      position: (partition, position) => this.#say({ kind: 'position', position: [partition, position] }),
      deletes: (held) => this.#say({ kind: 'deletes', held }),
      flush: (partition) => this.#say({ kind: 'flush', partition }),
      closed: () => this.#end(),
    }
    this.#say({
      kind: 'welcome',
      dir: coordinator.dir,
      name: this.#name,
      fields: coordinator.catalog.entries(),
      positions: [...coordinator.positions],
      deletes: coordinator.deletes,
    })
    coordinator.listen(this.#events)
    port.on('message', (text: unknown) => this.#take(String(text)))
    port.on('close', () => void this.#gone())
  }

  #take(text: string): void {
    const running = this.#answer(text).finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  async #answer(text: string): Promise<void> {
    const ask = this.#readAsk(text)
    if (ask === undefined) return
    const { id } = ask
    try {
      this.#say({ kind: 'reply', id, ...(await this.#replyTo(ask)) })
    } catch (error) {
      this.#say({ kind: 'reply', id, failure: failureOf(error) })
    }
    if (ask.ask === 'leave') this.#port.close()
  }

  /** Undefined where it is no question: then it has been refused, or the port closed where nobody waits for just that. */
  #readAsk(text: string): AppenderAsk | undefined {
    try {
      return AppenderAsk.parse(JSON.parse(text))
    } catch (error) {
      const id = askIdOf(text)
      if (id === undefined) this.#port.close()
      else this.#say({ kind: 'reply', id, failure: failureOf(error) })
      return undefined
    }
  }

  async #replyTo(ask: AppenderAsk): Promise<Omit<Reply, 'kind' | 'id'>> {
    switch (ask.ask) {
      case 'reserve':
        await this.#coordinator.reserve(ask.columns)
        return {}
      case 'commit':
        return { outcome: await this.#coordinator.commit(ask.append) }
      case 'show':
        return { outcome: await this.#coordinator.show(ask.show) }
      case 'seenBatches':
        return { seen: [...(await this.#coordinator.seenBatches(ask.partition, ask.batch_ids))] }
      case 'leave':
        this.#left = true
        return {}
    }
  }

  #say(message: WriterMessage): void {
    this.#port.postMessage(printMessage(message))
  }

  #end(): void {
    this.#left = true
    this.#say({ kind: 'closed' })
    this.#port.close()
  }

  async #gone(): Promise<void> {
    this.#coordinator.unlisten(this.#events)
    await Promise.allSettled(this.#running)
    // What cannot be removed now goes when a writer opens the store.
    if (!this.#left) await this.#coordinator.removeLeftovers(this.#name).catch(() => undefined)
  }
}
