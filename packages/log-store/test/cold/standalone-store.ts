import { join } from 'node:path'
import { NANOS_PER_DAY, type Nanos } from '@heartwood/event'
import { memoryObjects, type ObjectStore } from '@heartwood/object-store'
import { ALL, parse } from '@heartwood/query-lang'
import { openStandaloneReader } from '../../src/cold/standalone/open-standalone-reader.ts'
import { StandaloneArchive } from '../../src/cold/standalone/standalone-archive.ts'
import { batchOf, EVER } from '../../src/contract/store-under-test.ts'
import type { LogReader, LogWriter } from '../../src/port.ts'
import { isCold } from '../../src/segments/cold/cold-place.ts'
import { localFiles } from '../../src/segments/files/durable-files.ts'
import { openSegmentsWriter, type SegmentsWriterOptions } from '../../src/segments/open-writer.ts'
import { MIDNIGHT, segmentsOf, temporaryFolder } from '../segments/store-content.ts'

export const ARCHIVE = { name: 'archive', hotDays: 30 }

/** A store with old segments in `objects`, a clock that a test sets, and a reader. */
export class StandaloneStore implements AsyncDisposable {
  readonly #folder: Awaited<ReturnType<typeof temporaryFolder>>
  readonly objects: ObjectStore
  readonly dir: string
  readonly writer: LogWriter
  readonly reader: LogReader
  readonly clock: { now: Nanos }
  #appended = 0n

  private constructor(
    parts: Pick<StandaloneStore, 'objects' | 'dir' | 'writer' | 'reader' | 'clock'>,
    folder: Awaited<ReturnType<typeof temporaryFolder>>,
  ) {
    this.#folder = folder
    this.objects = parts.objects
    this.dir = parts.dir
    this.writer = parts.writer
    this.reader = parts.reader
    this.clock = parts.clock
  }

  static async open(
    objects: ObjectStore = memoryObjects(),
    more: Partial<SegmentsWriterOptions> = {},
    given?: Awaited<ReturnType<typeof temporaryFolder>>,
  ): Promise<StandaloneStore> {
    const folder = given ?? (await temporaryFolder())
    const dir = join(folder.dir, 'store')
    const clock = { now: MIDNIGHT + NANOS_PER_DAY }
    const writer = await openSegmentsWriter({
      dir,
      files: localFiles,
      retentionDays: 365,
      maxBytes: 1e9,
      ballastBytes: 0,
      grace: 0n,
      now: () => clock.now,
      cold: new StandaloneArchive({ objects, ...ARCHIVE }),
      ...more,
    })
    const reader = await openStandaloneReader({
      dir,
      objects,
      place: 'archive',
      cacheDirectory: join(folder.dir, 'cold-cache'),
      cacheBytes: 1e8,
      now: () => clock.now,
    })
    return new StandaloneStore({ objects, dir, writer, reader, clock }, folder)
  }

  /** Ten events of a day, counted from MIDNIGHT, received on it or on another. */
  async append(day: number, { receivedOn = day, service = `day-${day}` } = {}): Promise<void> {
    const [time, receipt] = [day, receivedOn].map((days) => MIDNIGHT + BigInt(days) * NANOS_PER_DAY) as [
      Nanos,
      Nanos,
    ]
    const events = batchOf(
      Array.from({ length: 10 }, (_, index) => ({
        id: `${service}-${index}`,
        timestamp: time + BigInt(index) * 1_000_000_000n,
        observed_at: receipt,
        service,
        message: `line ${index}`,
      })),
    )
    const from = this.#appended === 0n ? null : this.#appended
    await this.writer.append({
      partition: 0,
      from,
      to: ++this.#appended,
      events,
      deadLetters: [],
      batches: [],
    })
  }

  async tidy(): Promise<void> {
    while (await this.writer.maintain());
  }

  /** The services of the segments that are there. */
  async cold(): Promise<string[]> {
    const segments = await segmentsOf(this.dir)
    return segments
      .filter(isCold)
      .flatMap(({ services = [] }) => services)
      .sort()
  }

  count(text = ''): Promise<number> {
    return this.reader.count({ query: text === '' ? ALL : parse(text).query, range: EVER })
  }

  async keys(): Promise<string[]> {
    const keys: string[] = []
    for await (const { key } of this.objects.list('segments/')) keys.push(key)
    return keys
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.reader.close()
    await this.writer.close()
    await this.#folder[Symbol.asyncDispose]()
  }
}
