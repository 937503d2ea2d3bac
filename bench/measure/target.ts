import type { Range } from '../expected/ledger.ts'
import type { Usage } from './usage.ts'

/** What is measured: a Heartwood of one machine, or a cluster. */
export interface Target {
  readonly webUrl: string
  /** Of each ingest. */
  readonly ingestUrls: readonly string[]
  /** Events that are searchable by now, since some moment before the run. */
  indexedEvents(): Promise<number>
  /** CPU and memory so far by app and server. */
  usage(): ReadonlyMap<string, Usage>
  /** The processes whose threads are told apart, by app. */
  pids(): ReadonlyMap<string, number>
  /**
   * Makes durable what is searchable and would be made so by itself later.
   * @param range where events are of which each partition has some
   */
  seal(range: Range): Promise<void>
  /** Sends some lines as one request; throws where one of them is not accepted. */
  send(lines: readonly Readonly<Record<string, unknown>>[]): Promise<void>
}
