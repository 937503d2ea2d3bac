import { createRequire } from 'node:module'

/** What kafkajs keeps for each connection: requests that wait, and until when the broker wants it to. */
interface RequestQueue {
  readonly pending: readonly unknown[]
  /** Epoch milliseconds; -1 where nothing is throttled. */
  readonly throttledUntil: number
}

interface RequestQueueClass {
  readonly prototype: { scheduleCheckPendingRequests(this: RequestQueue): void }
}

/**
 * kafkajs 2.2.4 looks through the requests that wait by a timer which sets itself again, also where none waits: a
 * thousand times a second for each connection, 2% of a core, and Node warns of its negative time. Here it is set only
 * where there is something to look at; an answer that comes in looks by itself.
 */
export function quietRequestQueues(): void {
  const found: unknown = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js')
  if (!isRequestQueueClass(found)) throw new Error('kafkajs is not the version that this was written for')
  const { prototype } = found
  if (quieted.has(prototype)) return
  quieted.add(prototype)
  const schedule = prototype.scheduleCheckPendingRequests
  prototype.scheduleCheckPendingRequests = function scheduleWhereSomethingWaits() {
    if (this.pending.length > 0 || this.throttledUntil > Date.now()) schedule.call(this)
  }
}

const quieted = new WeakSet<object>()

function isRequestQueueClass(value: unknown): value is RequestQueueClass {
  return (
    typeof value === 'function' &&
    typeof value.prototype === 'object' &&
    'scheduleCheckPendingRequests' in value.prototype &&
    typeof value.prototype.scheduleCheckPendingRequests === 'function'
  )
}
