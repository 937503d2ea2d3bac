import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSegmentsWriter, type StoreStats } from '@heartwood/log-store'
import { z } from 'zod'
import { freePorts } from '../../e2e/free-ports.ts'
import { type HeartwoodProcess, startHeartwood } from '../../e2e/heartwood-process.ts'

const Accepted = z.object({ accepted: z.number() })

/** The Heartwood that is measured: all its apps, on a data folder of its own. */
export class Subject implements AsyncDisposable {
  readonly ingestUrl: string
  readonly webUrl: string
  readonly pid: number
  readonly dataDir: string
  readonly #process: HeartwoodProcess
  readonly #indexerUrl: string

  private constructor(process: HeartwoodProcess, dataDir: string, indexerPort: number) {
    this.#process = process
    this.#indexerUrl = `http://127.0.0.1:${indexerPort}`
    this.dataDir = dataDir
    this.ingestUrl = process.ingestUrl
    this.webUrl = process.webUrl
    this.pid = process.pid
  }

  static async start(env: Readonly<Record<string, string>> = {}): Promise<Subject> {
    const dataDir = await mkdtemp(join(tmpdir(), 'heartwood-bench-'))
    const ports = await freePorts()
    const settings = { HEARTWOOD_MAX_DISK_GB: '100', ...env }
    return new Subject(await startHeartwood({ dataDir, ports, env: settings }), dataDir, ports.first + 1)
  }

  /** Events made searchable since the indexer started. */
  async indexedEvents(): Promise<number> {
    const metrics = await (await fetch(`${this.#indexerUrl}/metrics`)).text()
    return Number(/^heartwood_indexer_events_total (\d+)/m.exec(metrics)?.[1] ?? Number.NaN)
  }

  /** Sends some lines as one request and waits for the answer. */
  async send(lines: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
    const answer = await fetch(`${this.ingestUrl}/ingest`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: lines.map((line) => JSON.stringify(line)).join('\n'),
    })
    const body = await answer.text()
    if (!answer.ok) throw new Error(`a marker was refused with ${answer.status}: ${body}`)
    if (Accepted.parse(JSON.parse(body)).accepted !== lines.length)
      throw new Error(`not all accepted: ${body}`)
  }

  pids(): ReadonlyMap<string, number> {
    return this.#process.pids()
  }

  /** Ends it and says what the store holds; opening the store also removes what merges left behind. */
  async stopAndLook(): Promise<StoreStats> {
    await this.#process.stop()
    const writer = await openSegmentsWriter({
      dir: join(this.dataDir, 'store'),
      retentionDays: 30,
      maxBytes: 100e9,
    })
    const stats = writer.stats()
    await writer.close()
    return stats
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stop()
    await rm(this.dataDir, { recursive: true, force: true })
  }
}
