import { exactIntegers, exactJson } from '@heartwood/event'
import { z } from 'zod'

/** Ids that are remembered: a partition that goes to another indexer begins again a few seconds back. */
const REMEMBERED = 10_000

const Logs = z.object({ logs: z.array(z.looseObject({ id: z.string() })) })

/**
 * The events a tail has had. When an indexer takes over from another, it reads again what the other had read and not
 * committed, so the same events come twice.
 */
export class SeenEvents {
  /** In the order they came. */
  readonly #ids = new Set<string>()

  /**
   * The frame, JSON text of TailLogs, without what came before; undefined where nothing is left. A text that is no such
   * frame stays as it is.
   */
  fresh(data: string): { readonly data: string | undefined; readonly repeated: number } {
    const parsed = Logs.safeParse(parseJson(data))
    if (!parsed.success) return { data, repeated: 0 }
    const { logs } = parsed.data
    const left = logs.filter(({ id }) => {
      const isNew = !this.#ids.has(id)
      this.#ids.add(id)
      return isNew
    })
    this.#forget()
    const repeated = logs.length - left.length
    if (repeated === 0) return { data, repeated }
    return { data: left.length === 0 ? undefined : exactJson({ logs: left }), repeated }
  }

  #forget(): void {
    let surplus = this.#ids.size - REMEMBERED
    for (const id of this.#ids) {
      if (surplus-- <= 0) return
      this.#ids.delete(id)
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, exactIntegers)
  } catch {
    return undefined
  }
}
