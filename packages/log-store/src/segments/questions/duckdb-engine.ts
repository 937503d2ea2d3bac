import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api'
import { LogStoreError } from '../../port.ts'
import { sqlText } from './sql-text.ts'

export interface EngineOptions {
  /** The only folders whose files a query can read. */
  readonly directories: readonly string[]
  /** Where a query that needs more than its memory may spill to. */
  readonly tempDirectory: string
  /** As DuckDB takes it: `512MB`. */
  readonly memoryLimit: string
  readonly tempLimit: string
  readonly threads: number
  /** Queries that run at once; the others wait. Asked whenever one could begin. */
  readonly atOnce: () => number
  /** Queries that may wait; the next one is `busy`. */
  readonly waiting: number
  /** Milliseconds a query may take in all. */
  readonly timeLimit: number
  /** DuckDB met an error after which it answers nothing any more: the process that owns it has to be started anew. */
  readonly onLost: (error: Error) => void
}

/** Runs statements within one query's limits. Rows come as arrays of values in the order of the columns. */
export interface EngineSession {
  rows(sql: string, params?: readonly DuckDBValue[]): Promise<DuckDBValue[][]>
}

/** Runs a query that may take several statements, within the limits of queries. */
export type Run = <T>(query: (session: EngineSession) => Promise<T>) => Promise<T>

/** DuckDB in this process, shut in: no files but the segments, no extensions, bounded memory, disk and time. */
export class DuckDbEngine {
  readonly #options: EngineOptions
  readonly #instance: DuckDBInstance
  readonly #idle: DuckDBConnection[] = []
  readonly #queue: (() => void)[] = []
  readonly #running = new Set<AbortController>()
  #active = 0
  #closed = false

  private constructor(options: EngineOptions, instance: DuckDBInstance) {
    this.#options = options
    this.#instance = instance
  }

  static async open(options: EngineOptions): Promise<DuckDbEngine> {
    const instance = await DuckDBInstance.create(':memory:', {
      threads: String(options.threads),
      memory_limit: options.memoryLimit,
      temp_directory: options.tempDirectory,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_community_extensions: 'false',
    })
    const connection = await instance.connect()
    // As an option of the instance DuckDB 1.5 shows this limit and does not keep it.
    await connection.run(`SET max_temp_directory_size = ${sqlText(options.tempLimit)}`)
    await connection.run(`SET allowed_directories = [${options.directories.map(sqlText).join(', ')}]`)
    // It would keep what it read of files until its memory is full, also of those that merges have replaced; the system has
    // them in memory anyway. And in a file that is brought here piece by piece, what was a hole may be content later.
    await connection.run('SET enable_external_file_cache = false')
    // Its allocator keeps what a query gave back for the next one, up to this in each thread and for as long as there is none.
    await connection.run(`SET allocator_flush_threshold = '8MB'`)
    await connection.run('SET allocator_background_threads = true')
    await connection.run('SET enable_external_access = false')
    await connection.run('SET lock_configuration = true')
    const engine = new DuckDbEngine(options, instance)
    engine.#idle.push(connection)
    return engine
  }

  /**
   * Runs a query that may take several statements. Throws LogStoreError `busy`, `timeout`, `aborted` or `closed`;
   * other errors are DuckDB's.
   */
  async run<T>(signal: AbortSignal | undefined, query: (session: EngineSession) => Promise<T>): Promise<T> {
    if (signal?.aborted) throw new LogStoreError('aborted', 'the query was cancelled')
    const stop = new AbortController()
    const reason = (): LogStoreError | undefined =>
      stop.signal.aborted ? stopReason(stop.signal) : undefined
    const onAbort = () => stop.abort(new LogStoreError('aborted', 'the query was cancelled'))
    signal?.addEventListener('abort', onAbort, { once: true })
    const { timeLimit } = this.#options
    const timer = setTimeout(() => {
      stop.abort(new LogStoreError('timeout', `the query took longer than ${timeLimit / 1000} s`))
    }, timeLimit)
    this.#running.add(stop)
    try {
      const connection = await this.#take(stop.signal)
      const interrupting = interruptWhenStopped(connection, stop.signal)
      try {
        return await query({
          rows: async (sql, params = []) => {
            const before = reason()
            if (before !== undefined) throw before
            return (await connection.runAndReadAll(sql, [...params])).getRows()
          },
        })
      } finally {
        interrupting.end()
        this.#give(connection)
      }
    } catch (error) {
      throw reason() ?? outOfMemory(error) ?? this.#lost(error) ?? error
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      this.#running.delete(stop)
    }
  }

  #lost(error: unknown): LogStoreError | undefined {
    if (!(error instanceof Error) || !/^FATAL Error|database has been invalidated/.test(error.message))
      return undefined
    this.#closed = true
    this.#options.onLost(error)
    return new LogStoreError('closed', 'the query engine failed and is started again', { cause: error })
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const stop of this.#running) stop.abort(new LogStoreError('closed', 'the log store is closed'))
    for (const wake of this.#queue.splice(0)) wake()
    while (this.#active > 0) await new Promise<void>((resolve) => this.#queue.push(resolve))
    for (const connection of this.#idle.splice(0)) connection.closeSync()
    this.#instance.closeSync()
  }

  async #take(signal: AbortSignal): Promise<DuckDBConnection> {
    if (this.#active >= this.#options.atOnce() && this.#queue.length >= this.#options.waiting) {
      throw new LogStoreError('busy', 'too many queries are running: try again in a moment')
    }
    while (this.#active >= this.#options.atOnce() && !signal.aborted && !this.#closed) {
      await this.#turn(signal)
    }
    if (this.#closed) throw new LogStoreError('closed', 'the log store is closed')
    if (signal.aborted) throw stopReason(signal)
    this.#active++
    const idle = this.#idle.pop()
    if (idle !== undefined) return idle
    try {
      return await this.#instance.connect()
    } catch (error) {
      this.#active--
      throw error
    }
  }

  /** Resolves when a running query ends, or when this one is stopped. */
  async #turn(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#queue.push(resolve)
    signal.addEventListener('abort', () => resolve(), { once: true })
    await promise
    const place = this.#queue.indexOf(resolve)
    if (place !== -1) this.#queue.splice(place, 1)
  }

  #give(connection: DuckDBConnection): void {
    this.#active--
    this.#idle.push(connection)
    this.#queue.shift()?.()
  }
}

const INTERRUPT_MILLIS = 20

/** DuckDB forgets an interrupt that comes before a statement has begun to run, so it is told again until it ends. */
function interruptWhenStopped(connection: DuckDBConnection, signal: AbortSignal): { end(): void } {
  let timer: NodeJS.Timeout | undefined
  const interrupt = () => {
    connection.interrupt()
    timer = setTimeout(interrupt, INTERRUPT_MILLIS)
  }
  signal.addEventListener('abort', interrupt, { once: true })
  return {
    end: () => {
      signal.removeEventListener('abort', interrupt)
      clearTimeout(timer)
    },
  }
}

function stopReason(signal: AbortSignal): LogStoreError {
  const { reason } = signal
  return reason instanceof LogStoreError ? reason : new LogStoreError('aborted', 'the query was cancelled')
}

function outOfMemory(error: unknown): LogStoreError | undefined {
  if (!(error instanceof Error) || !error.message.startsWith('Out of Memory')) return undefined
  return new LogStoreError(
    'unsupported',
    'the query needs more memory than queries may take: narrow its time range or group by a field with fewer values',
    { cause: error },
  )
}
