import type { Nanos } from '@heartwood/event'
import { isCold } from '../cold/cold-place.ts'
import type { SegmentInfo } from '../manifest/manifest-format.ts'
import type { ManifestState } from '../manifest/manifest-state.ts'
import { debtOf, type Merge, type MergeDebt, type MergeLimits, mergesDue } from './merge-plan.ts'
import type { RewriteTask, Rewritten } from './rewrite.ts'

export interface BackgroundMergesParts {
  readonly state: () => ManifestState
  readonly now: () => Nanos
  readonly limits: MergeLimits
  readonly rewrite: (task: RewriteTask, groups: SegmentInfo[][]) => Promise<readonly Rewritten[]>
  /** Puts new segments into the place of others; false where one of these is gone by now, so that nothing changed. */
  readonly replace: (inputs: readonly SegmentInfo[], rewritten: readonly Rewritten[]) => Promise<boolean>
}

/** Merges of one round while too much waits; then others have their turn. */
const EAGER_MERGES = 16

/** Merges what is due, one merge after the other, beside the appends and never in their way. */
export class BackgroundMerges {
  readonly #parts: BackgroundMergesParts
  #debt: MergeDebt = { segments: 0, bytes: 0 }

  constructor(parts: BackgroundMergesParts) {
    this.#parts = parts
  }

  /** What was due when it was last looked at. */
  get debt(): MergeDebt {
    return this.#debt
  }

  /** Makes one merge, or several in a row while too much waits; false where none was due. */
  async round(): Promise<boolean> {
    let [next] = this.#due()
    if (next === undefined) return false
    for (let merges = 0; next !== undefined && merges < EAGER_MERGES; merges++) {
      await this.#merge(next)
      const due = this.#due()
      next = this.#isTooMuch() ? due[0] : undefined
    }
    return true
  }

  #due(): Merge[] {
    const { state, limits, now } = this.#parts
    const due = mergesDue(
      [...state().segments.values()].filter((segment) => !isCold(segment)),
      limits,
      now(),
    )
    this.#debt = debtOf(due)
    return due
  }

  #isTooMuch(): boolean {
    const { eagerSegments, eagerBytes } = this.#parts.limits
    return this.#debt.segments > eagerSegments || this.#debt.bytes > eagerBytes
  }

  async #merge({ kind, inputs }: Merge): Promise<void> {
    const { rewrite, replace } = this.#parts
    await replace(inputs, await rewrite({ kind }, [[...inputs]]))
  }
}
