import type { MessagePort } from 'node:worker_threads'
import { type LogAppender, LogStoreError } from '../../port.ts'
import { type DurableFiles, localFiles } from '../files/durable-files.ts'
import { FieldCatalog } from '../manifest/field-catalog.ts'
import type { NewField } from '../manifest/manifest-format.ts'
import type { AppendCoordinator, EncodedShow, Outcome, SealedAppend } from './append-coordinator.ts'
import { SegmentsAppender } from './appender.ts'
import { type AppenderAsk, errorOf, printMessage, type Reply, WriterMessage } from './appender-messages.ts'
import type { HeldDeletes } from './deletes.ts'

/**
 * Appends to a store whose writer is in another thread and was given the other end of `port` (`lend`): events are
 * encoded and files written here, and only what they are goes to the writer. Any number of threads may; a partition
 * belongs to one at a time. Rejects with LogStoreError `closed` where the writer is gone.
 */
export async function connectSegmentsAppender(
  port: MessagePort,
  options: { readonly files?: DurableFiles } = {},
): Promise<LogAppender> {
  const coordinator = await RemoteCoordinator.connect(port)
  return new SegmentsAppender(options.files ?? localFiles, coordinator)
}

/** The question without its id. */
type Ask = AppenderAsk extends infer A ? (A extends AppenderAsk ? Omit<A, 'id'> : never) : never
type Welcome = Extract<WriterMessage, { kind: 'welcome' }>

/** The coordinator as another thread sees it: a copy of what it needs to know, and questions for the rest. */
class RemoteCoordinator implements AppendCoordinator {
  readonly #port: MessagePort
  readonly #welcome: Welcome
  readonly catalog: FieldCatalog
  readonly #positions: Map<number, bigint>
  readonly #waiting = new Map<number, PromiseWithResolvers<Reply>>()
  readonly #listeners: ((partition: number) => void)[] = []
  deletes: HeldDeletes
  #names = 0
  #asked = 0
  #closed = false

  static async connect(port: MessagePort): Promise<RemoteCoordinator> {
    const welcomed = Promise.withResolvers<RemoteCoordinator>()
    let coordinator: RemoteCoordinator | undefined
    port.on('message', (text: unknown) => {
      const message = WriterMessage.parse(JSON.parse(String(text)))
      if (message.kind === 'welcome') {
        coordinator = new RemoteCoordinator(port, message)
        welcomed.resolve(coordinator)
      } else if (coordinator !== undefined) coordinator.#take(message)
    })
    port.on('close', () => {
      if (coordinator !== undefined) coordinator.#end()
      welcomed.reject(closed())
    })
    return welcomed.promise
  }

  private constructor(port: MessagePort, welcome: Welcome) {
    this.#port = port
    this.#welcome = welcome
    this.catalog = new FieldCatalog(welcome.fields)
    this.#positions = new Map(welcome.positions)
    this.deletes = welcome.deletes
  }

  get dir(): string {
    return this.#welcome.dir
  }

  nextName(): string {
    return `${this.#welcome.name}-${++this.#names}`
  }

  position(partition: number): bigint | null {
    return this.#positions.get(partition) ?? null
  }

  async reserve(columns: readonly NewField[]): Promise<void> {
    await this.#ask({ ask: 'reserve', columns: [...columns] })
  }

  async commit(append: SealedAppend): Promise<Outcome> {
    return outcomeOf(await this.#ask({ ask: 'commit', append }))
  }

  async show(show: EncodedShow): Promise<Outcome> {
    return outcomeOf(await this.#ask({ ask: 'show', show }))
  }

  async seenBatches(partition: number, batchIds: readonly string[]): Promise<ReadonlySet<string>> {
    const { seen } = await this.#ask({ ask: 'seenBatches', partition, batch_ids: [...batchIds] })
    return new Set(seen)
  }

  onFlush(listener: (partition: number) => void): void {
    this.#listeners.push(listener)
  }

  async leave(): Promise<void> {
    if (this.#closed) return
    await this.#ask({ ask: 'leave' }).catch(() => undefined)
    this.#end()
    this.#port.close()
  }

  async #ask(ask: Ask): Promise<Reply> {
    if (this.#closed) throw closed()
    const id = ++this.#asked
    const reply = Promise.withResolvers<Reply>()
    this.#waiting.set(id, reply)
    this.#port.postMessage(printMessage({ ...ask, id }))
    const { failure, ...rest } = await reply.promise
    if (failure !== undefined) throw errorOf(failure)
    return rest
  }

  #take(message: Exclude<WriterMessage, Welcome>): void {
    switch (message.kind) {
      case 'fields':
        this.catalog.add(message.added)
        return
      case 'position':
        this.#positions.set(...message.position)
        return
      case 'deletes':
        this.deletes = message.held
        return
      case 'flush':
        for (const listener of this.#listeners) listener(message.partition)
        return
      case 'closed':
        this.#end()
        return
      case 'reply':
        this.#waiting.get(message.id)?.resolve(message)
        this.#waiting.delete(message.id)
    }
  }

  #end(): void {
    this.#closed = true
    for (const { reject } of this.#waiting.values()) reject(closed())
    this.#waiting.clear()
  }
}

function outcomeOf({ outcome }: Reply): Outcome {
  if (outcome === undefined) throw new Error('the writer did not say what became of it')
  return outcome
}

function closed(): LogStoreError {
  return new LogStoreError('closed', 'the log store is closed')
}
