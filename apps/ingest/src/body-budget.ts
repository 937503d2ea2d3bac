import { AppError } from '@heartwood/runtime'

/** Bytes of request bodies held in memory at once, over all requests; more is refused, never waited for. */
export interface BodyBudget {
  readonly used: number
  /** What one request holds. Dispose of it when its bodies are let go. */
  lease(): BodyLease
}

export interface BodyLease extends Disposable {
  /** Takes bytes, or throws `queue_full`: the request is then refused as a whole, before anything is stored. */
  take(bytes: number): void
}

export function bodyBudget(limit: number): BodyBudget {
  let used = 0
  return {
    get used() {
      return used
    },
    lease() {
      let held = 0
      return {
        take(bytes) {
          if (used + bytes > limit)
            throw new AppError(
              'queue_full',
              'Too many bodies are in memory; nothing of this request was kept.',
              {
                retryAfterSeconds: 1,
              },
            )
          used += bytes
          held += bytes
        },
        [Symbol.dispose]() {
          used -= held
          held = 0
        },
      }
    },
  }
}
