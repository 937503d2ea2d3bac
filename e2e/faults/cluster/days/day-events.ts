import { eventId } from '@heartwood/event'
import { z } from 'zod'
import { integer } from '../../../../bench/generator/random.ts'
import { DAY_MILLIS } from '../../../cluster/days-ago.ts'

/**
 * Whether an answer has to have an event. `arriving`: it is acknowledged, and nobody has seen it yet. `leaving`: a delete that is
 * under way covers it. Both may be there or not.
 */
export type EventState = 'arriving' | 'there' | 'leaving' | 'gone'

export interface DayEvent {
  readonly id: string
  /** Milliseconds. */
  readonly time: number
  /** What deletes go by: a share is deleted at once, of all days. */
  readonly share: string
  state: EventState
}

const Answer = z.object({ accepted: z.number(), batch_id: z.string() })
/** So many shares each day's events are divided into. */
const SHARES = 24

/** What was sent, all of it acknowledged, and what is known of each event. */
export class DayEvents {
  readonly #ingestUrl: string
  readonly #random: () => number
  readonly #events = new Map<string, DayEvent>()
  #serial = 0
  #sending: Promise<unknown> = Promise.resolve()

  constructor(ingestUrl: string, random: () => number) {
    this.#ingestUrl = ingestUrl
    this.#random = random
  }

  /** Resolves when nothing is on its way to be acknowledged: before that an answer may have what is not known here. */
  async settled(): Promise<void> {
    await this.#sending
  }

  get all(): readonly DayEvent[] {
    return [...this.#events.values()]
  }

  get(id: string): DayEvent | undefined {
    return this.#events.get(id)
  }

  /** Those that an answer has to have. */
  get expected(): readonly DayEvent[] {
    return this.all.filter(({ state }) => state === 'arriving' || state === 'there')
  }

  /** A share of which there are events. */
  aShare(): string {
    const shares = [...new Set(this.expected.map(({ share }) => share))].sort()
    return shares[integer(this.#random, shares.length)] ?? 's0'
  }

  /** Sends events that happened on a day. */
  send(day: string, count: number): Promise<void> {
    const sending = this.#send(day, count)
    this.#sending = Promise.allSettled([this.#sending, sending])
    return sending
  }

  async #send(day: string, count: number): Promise<void> {
    const events = Array.from({ length: count }, () => ({
      serial: this.#serial++,
      time: Date.parse(day) + integer(this.#random, DAY_MILLIS),
      share: `s${integer(this.#random, SHARES)}`,
    }))
    const lines = events.map(({ serial, time, share }) =>
      JSON.stringify({
        '@timestamp': new Date(time).toISOString(),
        message: `serial ${serial} of a run`,
        service: `service-${serial % 7}`,
        level: serial % 10 === 0 ? 'error' : 'info',
        share,
      }),
    )
    const response = await fetch(`${this.#ingestUrl}/ingest`, { method: 'POST', body: lines.join('\n') })
    const text = await response.text()
    if (response.status !== 200) throw new Error(`ingest: ${response.status} ${text}`)
    const { accepted, batch_id } = Answer.parse(JSON.parse(text))
    if (accepted !== count) throw new Error(`ingest accepted ${accepted} of ${count}`)
    for (const [index, { time, share }] of events.entries())
      this.acknowledge({ id: eventId(batch_id, index), time, share })
  }

  /** From here on the event has to arrive. */
  acknowledge(event: Omit<DayEvent, 'state'>): void {
    this.#events.set(event.id, { ...event, state: 'arriving' })
  }

  /** A delete of a share begins. */
  leave(share: string): void {
    for (const event of this.expected) if (event.share === share) event.state = 'leaving'
  }

  /** What was on its way has come or gone. */
  settle(): void {
    for (const event of this.all) {
      if (event.state === 'arriving') event.state = 'there'
      if (event.state === 'leaving') event.state = 'gone'
    }
  }
}
