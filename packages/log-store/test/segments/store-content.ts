import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import {
  type DeadLetter,
  type EventBatch,
  EventBatchBuilder,
  type EventDraft,
  NANOS_PER_DAY,
  type Nanos,
  rowsOf,
} from '@heartwood/event'
import type { Append, LogWriter } from '../../src/port.ts'
import { idxPath } from '../../src/segments/append/segment-file.ts'
import { localFiles } from '../../src/segments/files/durable-files.ts'
import { decodeIdx } from '../../src/segments/idx/idx-file.ts'
import { listDeadLetters } from '../../src/segments/manifest/dead-letter-list.ts'
import { ManifestFollower } from '../../src/segments/manifest/manifest-follower.ts'
import type { SegmentInfo } from '../../src/segments/manifest/manifest-format.ts'
import type { ManifestState } from '../../src/segments/manifest/manifest-state.ts'
import { readSegments } from '../../src/segments/merge/read-segments.ts'
import { StoreFollower } from '../../src/segments/questions/store-follower.ts'

/** A folder that goes when the test ends. */
export async function temporaryFolder(): Promise<{ readonly dir: string } & AsyncDisposable> {
  const dir = await mkdtemp(join(tmpdir(), 'heartwood-segments-'))
  return { dir, [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }) }
}

/** 2026-11-23T00:00:00Z. */
export const MIDNIGHT: Nanos = 1_795_392_000_000_000_000n

export function batchOf(drafts: readonly EventDraft[]): EventBatch {
  const builder = new EventBatchBuilder()
  for (const draft of drafts) builder.add(draft)
  return builder.finish()
}

/** `rows` events of one batch, a second apart, some on the day before. */
export function eventsOf(batchId: string, rows: number, from = 0): EventDraft[] {
  return Array.from({ length: rows }, (_, index) => ({
    id: `${batchId}-${index}`,
    timestamp: MIDNIGHT + BigInt(from + index) * 1_000_000_000n - (index % 5 === 0 ? NANOS_PER_DAY : 0n),
    observed_at: MIDNIGHT + BigInt(from) * 1_000_000_000n,
    severity_number: (index * 4) % 24,
    service: `service-${index % 3}`,
    message: `line ${index} of ${batchId}`,
    source: 'json',
    attributes: { index, even: index % 2 === 0 },
  }))
}

export function deadLetter(id: string, sample = 'not json'): DeadLetter {
  return {
    id,
    at: '2026-11-23T00:00:00.000Z',
    door: 'json',
    step: 'decode',
    reason: 'broken',
    sample,
    records: 1,
    attempts: 1,
  }
}

/** The next append of a partition with the rows of one batch. */
export function appendOf(
  partition: number,
  to: bigint,
  drafts: readonly EventDraft[],
  batchId: string,
): Append {
  return {
    partition,
    from: to === 1n ? null : to - 1n,
    to,
    events: batchOf(drafts),
    deadLetters: [deadLetter(`${batchId}-x`)],
    batches: [
      {
        batch_id: batchId,
        received_at: drafts[0]?.observed_at ?? 0n,
        events: drafts.length,
        dead_letters: 1,
      },
    ],
  }
}

/** All that a store holds, read from its files alone. */
export interface StoreContent {
  /** Ids and messages of all events, sorted; an event that is there twice comes twice. */
  readonly events: readonly string[]
  readonly positions: readonly (readonly [number, bigint])[]
  readonly deadLetters: readonly string[]
}

/** The segments that the manifest names. */
export async function segmentsOf(dir: string): Promise<readonly SegmentInfo[]> {
  return [...(await stateOf(dir)).segments.values()]
}

async function stateOf(dir: string): Promise<ManifestState> {
  const follower = new ManifestFollower(localFiles, dir)
  await follower.refresh()
  return follower.state
}

/** Throws where a segment, its index or the number of dead letters is not what the manifest says. */
export async function contentOf(dir: string): Promise<StoreContent> {
  const state = await stateOf(dir)
  const batch = await readSegments(localFiles, dir, [...state.segments.values()], state.catalog)
  for (const segment of state.segments.values()) await checkIndex(dir, segment)
  const { items, total } = await listDeadLetters(localFiles, dir, state, { limit: 1000 })
  if (total !== items.length) throw new Error(`there are ${items.length} dead letters, not ${total}`)
  return {
    events: Array.from(rowsOf(batch), ({ id, message }) => `${id} ${message}`).sort(),
    positions: [...state.positions].sort(([a], [b]) => a - b),
    deadLetters: items.map(({ id }) => id).reverse(),
  }
}

async function checkIndex(dir: string, { file, idx, rows }: SegmentInfo): Promise<void> {
  if (idx === undefined) throw new Error(`${file} has no index`)
  const bytes = await localFiles.read(idxPath(dir, file))
  if (bytes?.length !== idx.bytes || crc32(bytes) !== idx.crc)
    throw new Error(`the index of ${file} is damaged`)
  const indexed = decodeIdx(bytes).reduce((sum, group) => sum + group.rows, 0)
  if (indexed !== rows) throw new Error(`the index of ${file} has ${indexed} rows, not ${rows}`)
}

/** Ids and messages of all that a reader would find now, what is only shown included, sorted. */
export async function viewOf(dir: string): Promise<string[]> {
  const { state, live, catalog } = await new StoreFollower(localFiles, dir).refresh()
  const batch = await readSegments(localFiles, dir, [...state.segments.values(), ...live], catalog)
  return Array.from(rowsOf(batch), ({ id, message }) => `${id} ${message}`).sort()
}

export async function closing<T>(writer: LogWriter, use: (writer: LogWriter) => Promise<T>): Promise<T> {
  try {
    return await use(writer)
  } finally {
    await writer.close()
  }
}
