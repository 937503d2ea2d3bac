import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePorts } from '../../e2e/free-ports.ts'
import { type HeartwoodProcess, startHeartwood } from '../../e2e/heartwood-process.ts'
import type { Range } from '../expected/ledger.ts'
import { isoFromMicros } from '../questions/ranges.ts'
import type { Cleaner } from './cleaner.ts'
import { getText } from './get-text.ts'
import { sendLines } from './send-lines.ts'
import type { Target } from './target.ts'
import { type Usage, usageByApp } from './usage.ts'

/** No level or service tells that a segment has none of it. */
const IN_NO_EVENT = 'message:*what-no-event-says*'
/** A group that is full or 30 s old is made durable by itself. */
const DURABLE_MILLIS = 60_000

type Ports = Awaited<ReturnType<typeof freePorts>>

/** The Heartwood that is measured: all its apps, as `npm start` runs them, on a data folder of its own. */
export class Subject implements Target, AsyncDisposable {
  readonly dataDir: string
  readonly #cleaner: Cleaner
  readonly #ports: Ports
  readonly #env: Readonly<Record<string, string>>
  #process: HeartwoodProcess

  private constructor(
    cleaner: Cleaner,
    place: { dataDir: string; ports: Ports; env: Readonly<Record<string, string>> },
    process: HeartwoodProcess,
  ) {
    this.#cleaner = cleaner
    this.dataDir = place.dataDir
    this.#ports = place.ports
    this.#env = place.env
    this.#process = process
  }

  static async start(cleaner: Cleaner, env: Readonly<Record<string, string>> = {}): Promise<Subject> {
    const dataDir = await mkdtemp(join(tmpdir(), 'heartwood-bench-'))
    cleaner.folder(dataDir)
    const place = {
      dataDir,
      ports: await freePorts(),
      env: {
        // The default limit would drop the oldest events of a long run.
        HEARTWOOD_MAX_DISK_GB: '1000',
        NODE_COMPILE_CACHE: join(import.meta.dirname, '../../node_modules/.cache/heartwood'),
        ...env,
      },
    }
    const process = await startHeartwood({ ...place, onSpawn: (pid) => cleaner.process(pid) })
    return new Subject(cleaner, place, process)
  }

  get ingestUrl(): string {
    return this.#process.ingestUrl
  }

  get ingestUrls(): readonly string[] {
    return [this.#process.ingestUrl]
  }

  get webUrl(): string {
    return this.#process.webUrl
  }

  /** Of the supervisor. */
  get pid(): number {
    return this.#process.pid
  }

  pids(): ReadonlyMap<string, number> {
    return this.#process.pids()
  }

  usage(): ReadonlyMap<string, Usage> {
    return usageByApp(this.pid)
  }

  async stop(): Promise<void> {
    const { pid } = this.#process
    await this.#process.stop()
    this.#cleaner.ended(pid)
  }

  /** After `stop`: the same folder, ports and settings. */
  async startAgain(): Promise<void> {
    const place = { dataDir: this.dataDir, ports: this.#ports, env: this.#env }
    const onSpawn = (pid: number) => this.#cleaner.process(pid)
    this.#process = await startHeartwood({ ...place, onSpawn })
  }

  /** A figure of the indexer without labels. */
  async indexerMetric(name: string): Promise<number> {
    const { text } = await getText(`http://127.0.0.1:${this.#ports.first + 1}/metrics`)
    return Number(new RegExp(`^heartwood_indexer_${name} (\\S+)`, 'm').exec(text)?.[1] ?? Number.NaN)
  }

  /** Events made searchable since the indexer started. */
  indexedEvents(): Promise<number> {
    return this.indexerMetric('events_total')
  }

  /** Events in the store. */
  storedEvents(): Promise<number> {
    return this.indexerMetric('stored_events')
  }

  /**
   * Makes what has been read durable, instead of waiting until it is so old that it is made so by itself: a delete waits
   * for what it could touch, even one that finds nothing.
   * @param range where events are of which each partition has some
   */
  async seal(range: Range): Promise<void> {
    const answer = await fetch(`${this.webUrl}/api/v1/delete`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: IN_NO_EVENT,
        from_time: isoFromMicros(range.from),
        to_time: isoFromMicros(range.to),
      }),
    })
    const body = await answer.text()
    if (!answer.ok) throw new Error(`a delete of nothing answered ${answer.status}: ${body}`)
    for (let waited = 0; (await this.indexerMetric('pending_bytes')) !== 0; waited += 50) {
      if (waited > DURABLE_MILLIS) throw new Error('what was read is not durable after a minute')
      await pause(50)
    }
  }

  send(lines: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
    return sendLines(this.ingestUrl, lines)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    await rm(this.dataDir, { recursive: true, force: true })
    this.#cleaner.removed(this.dataDir)
  }
}
