import type { StoredDay, StoreStats } from '../../port.ts'
import { shownBehind } from '../../shown-ranges.ts'
import type { DurableFiles } from '../files/durable-files.ts'
import { LiveFollower } from '../live/live-follower.ts'
import { Lock } from '../lock.ts'
import { ManifestFollower } from '../manifest/manifest-follower.ts'
import type { SegmentInfo } from '../manifest/manifest-format.ts'
import type { ManifestState } from '../manifest/manifest-state.ts'
import { storageOf } from './storage.ts'
import { catalogWith, type StoreView, statsOf } from './store-view.ts'
import type { ViewSource } from './view-source.ts'

/**
 * Follows what a store holds. The live log is read before the manifest: a commit in between takes the place of what was
 * shown, so each row is seen once, and none is missed.
 */
export class StoreFollower implements ViewSource {
  readonly #manifest: ManifestFollower
  readonly #live: LiveFollower
  readonly #refreshes = new Lock()
  #view: StoreView
  /** Of a state after so many commits. */
  #files:
    | { readonly of: ManifestState; readonly commits: number; readonly names: ReadonlySet<string> }
    | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(files: DurableFiles, dir: string) {
    this.#manifest = new ManifestFollower(files, dir)
    this.#live = new LiveFollower(files, dir)
    const { state } = this.#manifest
    this.#view = { state, live: [], catalog: state.catalog }
  }

  get view(): StoreView {
    return this.#view
  }

  /** What is shown goes with a commit too. */
  get files(): ReadonlySet<string> {
    const { state, live } = this.#view
    if (this.#files?.of !== state || this.#files.commits !== state.commits) {
      const names = new Set([...state.segments.keys(), ...live.map(({ file }) => file)])
      this.#files = { of: state, commits: state.commits, names }
    }
    return this.#files.names
  }

  /**
   * Takes in every commit and show that resolved before the call, and gives the view of it. Throws LogStoreError
   * `corrupt` or `newer_format`.
   */
  async refresh(): Promise<StoreView> {
    return this.#refreshes.run(async () => {
      for (;;) {
        const { epoch } = this.#manifest.state
        await this.#live.refresh(epoch)
        await this.#manifest.refresh()
        // A new writer has a live log of its own, and what the one before it showed is void.
        if (this.#manifest.state.epoch === epoch) break
      }
      const { state } = this.#manifest
      this.#view = { state, live: await this.#liveSegments(), catalog: this.#catalog() }
      return this.#view
    })
  }

  async stats(): Promise<StoreStats> {
    return statsOf(this.#view)
  }

  async storage(): Promise<StoredDay[]> {
    return storageOf(this.#view)
  }

  /** Refreshes so often, until it is closed. */
  follow(millis: number): void {
    // What is wrong with the manifest is reported by the next question, which reads it again.
    this.#timer = setInterval(() => void this.refresh().catch(() => undefined), millis)
    this.#timer.unref()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  async #liveSegments(): Promise<SegmentInfo[]> {
    const { positions } = this.#manifest.state
    const segments: SegmentInfo[] = []
    for (const { shown } of shownBehind(this.#live.ranges, positions)) {
      if (shown !== undefined && (await this.#live.isWhole(shown))) segments.push(shown)
    }
    return segments
  }

  #catalog() {
    const { catalog } = this.#manifest.state
    return this.#live.fields.size === 0 ? catalog : catalogWith(catalog, this.#live.fields)
  }
}
