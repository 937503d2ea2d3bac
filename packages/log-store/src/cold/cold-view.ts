import { NANOS_PER_DAY, type Nanos } from '@heartwood/event'
import type { StoredDay, StoreStats, TimeRange } from '../port.ts'
import type { SegmentInfo } from '../segments/manifest/manifest-format.ts'
import { EMPTY_CHECKPOINT, ManifestState } from '../segments/manifest/manifest-state.ts'
import type { StoreView } from '../segments/questions/store-view.ts'
import type { ViewSource } from '../segments/questions/view-source.ts'
import { storedDays } from '../stored-days.ts'
import type { ColdDay } from './manifest/cold-format.ts'
import type { ColdManifest } from './manifest/cold-manifest.ts'
import { type ColdState, totalsOf } from './manifest/cold-state.ts'

/** Days whose segments are read at the same time. */
const DAYS_AT_ONCE = 8

/** Which segments of an archive count, as its manifest says; of days that nobody asks about nothing is read. */
export class ColdView implements ViewSource {
  readonly #manifest: ColdManifest
  #view: StoreView

  constructor(manifest: ColdManifest) {
    this.#manifest = manifest
    this.#view = viewOf(manifest.state, [])
  }

  get view(): StoreView {
    return this.#view
  }

  /** Of days that nobody asks about they are not known. */
  get files(): undefined {
    return undefined
  }

  async refresh(range?: TimeRange): Promise<StoreView> {
    const state = await this.#manifest.refresh()
    const days = [...state.days.values()].filter((day) => range === undefined || canHave(day, range))
    const segments: SegmentInfo[] = []
    for (let from = 0; from < days.length; from += DAYS_AT_ONCE) {
      const some = days.slice(from, from + DAYS_AT_ONCE)
      const found = await Promise.all(some.map(({ day }) => this.#manifest.segments(state, day)))
      segments.push(...found.flat())
    }
    this.#view = viewOf(state, segments)
    return this.#view
  }

  async stats(): Promise<StoreStats> {
    const { seq, days } = this.#manifest.state
    const totals = Array.from(days.values(), totalsOf)
    const sum = (of: 'events' | 'segments' | 'bytes') => totals.reduce((all, day) => all + day[of], 0)
    return {
      events: sum('events'),
      shown: 0,
      segments: sum('segments'),
      bytes: sum('bytes'),
      generation: seq,
      deadLetters: { count: 0, bytes: 0, dropped: 0 },
    }
  }

  async storage(): Promise<StoredDay[]> {
    return storedDays(
      Array.from(this.#manifest.state.days.values(), totalsOf).map(({ day, ...totals }) => ({
        ...totals,
        day: day === null ? undefined : BigInt(day) * NANOS_PER_DAY,
      })),
    )
  }

  close(): void {}
}

function viewOf({ seq, fields }: ColdState, segments: readonly SegmentInfo[]): StoreView {
  const state = new ManifestState(seq, 0, { ...EMPTY_CHECKPOINT, fields: [...fields] }, segments)
  return { state, live: [], catalog: state.catalog }
}

/** Whether a day has segments with rows in a range, as far as is known without reading them. */
function canHave({ day, shard, added }: ColdDay, { from, to }: TimeRange): boolean {
  if (day !== null) {
    const start: Nanos = BigInt(day) * NANOS_PER_DAY
    return start < to && start + NANOS_PER_DAY > from
  }
  const overlaps = ({ min_time, max_time }: Pick<SegmentInfo, 'min_time' | 'max_time'>) =>
    min_time < to && max_time >= from
  return (shard !== undefined && overlaps(shard)) || added.some(({ segment }) => overlaps(segment))
}
