import { type QueueError, type QueuePublisher, QueueError as Refusal } from '../src/index.ts'
import { bytesOf, type Sending, type SendingTarget } from '../src/sending.ts'

/**
 * A target in front of a queue in memory that can be away, as Kafka can: it then fails what it has and what waits, after
 * as many records as it is told. One that is `lossy` stores a record and fails all the same: its answer was lost.
 */
export class AwayTarget implements SendingTarget {
  readonly #publisher: QueuePublisher
  #waiting: Sending[] = []
  #running: Promise<void> | undefined
  #storesBeforeFailing = Number.POSITIVE_INFINITY
  lossy = false

  constructor(publisher: QueuePublisher) {
    this.#publisher = publisher
  }

  get waitingBytes(): number {
    return this.#waiting.reduce((sum, { item }) => sum + bytesOf(item), 0)
  }

  goAway(afterRecords = 0): void {
    this.#storesBeforeFailing = afterRecords
  }

  comeBack(): void {
    this.#storesBeforeFailing = Number.POSITIVE_INFINITY
  }

  send(record: Sending): void {
    this.#waiting.push(record)
    this.#running ??= this.#run()
  }

  async close(): Promise<void> {
    await this.#running
  }

  async #run(): Promise<void> {
    // Others get their turn, as they do while a request is under way.
    await new Promise((resolve) => setImmediate(resolve))
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#storesBeforeFailing <= 0) {
        const failure: QueueError = new Refusal('io', 'away')
        if (this.lossy) await this.#store(next)
        for (const record of this.#waiting.splice(0)) record.failed(failure)
        break
      }
      this.#storesBeforeFailing--
      const written = await this.#store(next)
      this.#waiting.shift()
      next.stored(written)
    }
    this.#running = undefined
  }

  #store({ key, item }: Sending) {
    if (item.kind !== 'record') throw new Error(`${item.kind}: ${item.reason}`)
    return this.#publisher.publish(key, item.header, item.body)
  }
}
