import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AppProcess, appProcess } from '../../e2e/faults/cluster/app-processes.ts'
import { Cluster } from '../../e2e/faults/cluster/cluster.ts'
import type { Cleaner } from '../measure/cleaner.ts'
import { elasticsearchBytes } from '../measure/elasticsearch-bytes.ts'
import { elasticsearchCount, elasticsearchCountOfAll } from '../measure/elasticsearch-count.ts'
import { processTable } from '../measure/process-table.ts'
import { sendLines } from '../measure/send-lines.ts'
import type { Target } from '../measure/target.ts'
import { type Usage, usageByApp } from '../measure/usage.ts'
import { type BenchArchive, startArchive } from './bench-archive.ts'

const EVENTS = 'logs-*'
const DEAD_LETTERS = 'heartwood-dead-letters'
/** What runs below the bench and is not measured: the bench itself, its generator, guards of processes. */
const NOT_MEASURED = ['supervisor', 'generator', 'other']

/** The cluster that is measured: Kafka, Elasticsearch and PostgreSQL themselves, and two of each app. */
export class ClusterSubject implements Target, AsyncDisposable {
  readonly #cluster: Cluster
  readonly #cleaner: Cleaner
  readonly #folder: string

  private constructor(cluster: Cluster, cleaner: Cleaner, folder: string) {
    this.#cluster = cluster
    this.#cleaner = cleaner
    this.#folder = folder
    for (const pid of this.#serverPids()) cleaner.process(pid)
  }

  static async start(cleaner: Cleaner): Promise<ClusterSubject> {
    const folder = await mkdtemp(join(tmpdir(), 'heartwood-bench-'))
    cleaner.folder(folder)
    return new ClusterSubject(
      await Cluster.start(folder, { proxied: false, archived: false }),
      cleaner,
      folder,
    )
  }

  get webUrl(): string {
    return urlOf(this.#cluster.of('web'))
  }

  get ingestUrls(): readonly string[] {
    return this.#cluster.of('ingest').map(({ url }) => url)
  }

  get elasticsearchUrl(): string {
    return this.#cluster.servers.elasticsearch.address
  }

  get kafkaAddress(): string {
    return this.#cluster.servers.kafka.address
  }

  /** By Elasticsearch's own count, which sees what a refresh has made searchable. */
  indexedEvents(): Promise<number> {
    return elasticsearchCount(this.elasticsearchUrl, EVENTS)
  }

  storedEvents(): Promise<number> {
    return elasticsearchCountOfAll(this.elasticsearchUrl, EVENTS)
  }

  /** Of all events, one copy of each, merged. */
  storedBytes(): Promise<number> {
    return elasticsearchBytes(this.elasticsearchUrl, EVENTS)
  }

  deadLetters(): Promise<number> {
    return elasticsearchCountOfAll(this.elasticsearchUrl, DEAD_LETTERS)
  }

  usage(): Map<string, Usage> {
    const all = usageByApp(process.pid)
    for (const name of NOT_MEASURED) all.delete(name)
    return all
  }

  /** None: where an indexer's time goes is seen in a process of its own. */
  pids(): ReadonlyMap<string, number> {
    return new Map()
  }

  /** Elasticsearch has it on disk before it is searchable. */
  async seal(): Promise<void> {}

  send(lines: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
    return sendLines(urlOf(this.#cluster.of('ingest')), lines)
  }

  async stopIndexers(): Promise<void> {
    await Promise.all(this.#cluster.of('indexer').map((one) => one.stop()))
  }

  async startIndexers(): Promise<void> {
    await Promise.all(this.#cluster.of('indexer').map((one) => one.start()))
  }

  /** While the two do not run: one in the place of the first, with other settings of its Node. */
  async startOneIndexer(nodeOptions: string): Promise<AppProcess> {
    const [first] = this.#cluster.of('indexer')
    if (first === undefined) throw new Error('the cluster has no indexer')
    const { place } = first
    const one = appProcess({ ...place, env: { ...place.env, NODE_OPTIONS: nodeOptions } })
    await one.start()
    return one
  }

  /** While no indexer runs, so that what it costs is its own. */
  startArchive(): Promise<BenchArchive> {
    return startArchive(this.#cluster, this.#folder, this.#cleaner)
  }

  indexerPids(): number[] {
    return processTable()
      .filter(({ parent, args }) => parent === process.pid && /apps\/indexer\/src\/main\.ts/.test(args))
      .map(({ pid }) => pid)
  }

  /** The end of what each app printed. */
  output(): string {
    return this.#cluster.output()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const pids = this.#serverPids()
    await this.#cluster[Symbol.asyncDispose]()
    for (const pid of pids) this.#cleaner.ended(pid)
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 3 })
    this.#cleaner.removed(this.#folder)
  }

  #serverPids(): number[] {
    const { kafka, elasticsearch } = this.#cluster.servers
    return [kafka, elasticsearch].flatMap(({ pid }) => pid ?? [])
  }
}

function urlOf([first]: readonly AppProcess[]): string {
  if (first === undefined) throw new Error('the cluster has no such app')
  return first.url
}
