import type { AuditEvent } from './audit-event.ts'

export interface RepeatLimits {
  /** The same again within this time is counted, not recorded. */
  readonly windowMillis: number
  /** So many different ones are remembered; beyond them the oldest is said at once. */
  readonly kinds: number
}

export const REPEAT_LIMITS: RepeatLimits = { windowMillis: 60_000, kinds: 1_000 }

interface Window {
  readonly event: AuditEvent
  readonly ends: number
  again: number
}

/**
 * Counts what is done again and again: a page that looks every few seconds asks the same question each time. The first is
 * an event at once; the same within the window that follows is one more event at its end, which says how often.
 */
export class Repeats {
  readonly #limits: RepeatLimits
  /** By key, the oldest first. */
  readonly #windows = new Map<string, Window>()

  constructor(limits: RepeatLimits) {
    this.#limits = limits
  }

  /** What is to be recorded now that `event` has happened. @param key the same for what counts as the same */
  take(key: string, event: AuditEvent, nowMillis: number): AuditEvent[] {
    const said = this.due(nowMillis)
    const window = this.#windows.get(key)
    if (window !== undefined) {
      window.again++
      return said
    }
    const [oldest] = this.#windows.keys()
    if (this.#windows.size >= this.#limits.kinds && oldest !== undefined) said.push(...this.#close(oldest))
    this.#windows.set(key, { event, ends: nowMillis + this.#limits.windowMillis, again: 0 })
    return [...said, event]
  }

  /** What is to be recorded of the windows that have ended. */
  due(nowMillis: number): AuditEvent[] {
    return [...this.#windows].flatMap(([key, { ends }]) => (ends <= nowMillis ? this.#close(key) : []))
  }

  /** What is to be recorded of all windows. */
  end(): AuditEvent[] {
    return [...this.#windows.keys()].flatMap((key) => this.#close(key))
  }

  #close(key: string): AuditEvent[] {
    const window = this.#windows.get(key)
    this.#windows.delete(key)
    return window === undefined || window.again === 0 ? [] : [repeated(window)]
  }
}

function repeated({ event, again }: Window): AuditEvent {
  return {
    ...event,
    message: `${event.message} (${again} more times)`,
    attributes: { ...event.attributes, 'heartwood.repeats': again },
  }
}
