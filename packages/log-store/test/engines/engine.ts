import type { EventDraft } from '@heartwood/event'
import type { ObjectStore } from '@heartwood/object-store'
import { type AnyWriter, batchOf } from '../../src/contract/store-under-test.ts'
import type { LogReader } from '../../src/index.ts'
import { memoryLogStore } from '../../src/memory/memory-log-store.ts'
import { openSegmentsReader } from '../../src/segments/open-reader.ts'
import { openSegmentsWriter } from '../../src/segments/open-writer.ts'
import { newIndices } from '../elasticsearch/store-under-test.ts'
import { temporaryFolder } from '../segments/store-content.ts'
import { openTiers } from '../tiered/open-tiers.ts'

/** A store that holds some events and answers questions about them. Disposing removes it. */
export interface Loaded extends AsyncDisposable {
  readonly reader: LogReader
}

/** Makes a store that holds these events, in two commits. */
export type Engine = (events: readonly EventDraft[]) => Promise<Loaded>

const RETENTION = { retentionDays: 1_000_000 }

export const memory: Engine = async (events) => {
  const store = memoryLogStore(RETENTION)
  await using writer = closing(store.openWriter())
  await appendAll(writer.it, events)
  const reader = store.openReader()
  return { reader, [Symbol.asyncDispose]: () => reader.close() }
}

export const segments: Engine = async (events) => {
  const folder = await temporaryFolder()
  const writer = await openSegmentsWriter({ dir: folder.dir, ...RETENTION, maxBytes: 1e9, ballastBytes: 0 })
  await appendAll(writer, events)
  const reader = await openSegmentsReader({ dir: folder.dir })
  await reader.refresh()
  return {
    reader,
    async [Symbol.asyncDispose]() {
      await reader.close()
      await writer.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** @param url of an Elasticsearch */
export function elasticsearch(url: string): Engine {
  return async (events) => {
    const indices = newIndices(url)
    await using writer = closing(indices.openWriter(RETENTION))
    for (const part of partsOf(events)) {
      await writer.it.write({
        events: batchOf(part),
        settle: () => ({ deadLetters: [], receipts: [], replayed: [] }),
      })
    }
    const reader = indices.openReader()
    await reader.refresh()
    return {
      reader,
      async [Symbol.asyncDispose]() {
        await reader.close()
        await indices.remove()
      },
    }
  }
}

/**
 * Elasticsearch and an archive as one, with events on both sides of several borders.
 * @param url of an Elasticsearch
 */
export function tiers(url: string, openObjects: () => Promise<ObjectStore>): Engine {
  return async (events) => {
    const times = events.map(({ timestamp }) => timestamp ?? 0n).sort((a, b) => (a < b ? -1 : 1))
    const at = (share: number) => times[Math.floor(times.length * share)] ?? 0n
    const coverage = { hotFrom: at(0.6), restored: [{ from: at(0.2), to: at(0.4) }] }
    const store = await openTiers({ hot: newIndices(url), objects: await openObjects(), coverage }, RETENTION)
    await appendAll(store.writer, events)
    await store.reader.refresh()
    return store
  }
}

async function appendAll(writer: Pick<AnyWriter, 'append'>, events: readonly EventDraft[]): Promise<void> {
  let from: bigint | null = null
  for (const part of partsOf(events)) {
    const to: bigint = (from ?? 0n) + 1n
    const nothing = { deadLetters: [], batches: [] }
    await writer.append({ partition: 0, from, to, events: batchOf(part), ...nothing })
    from = to
  }
}

function partsOf(events: readonly EventDraft[]): EventDraft[][] {
  const size = Math.max(1, Math.ceil(events.length / 2))
  return Array.from({ length: Math.ceil(events.length / size) }, (_, part) =>
    events.slice(part * size, (part + 1) * size),
  )
}

function closing<T extends { close(): Promise<void> }>(it: T): AsyncDisposable & { readonly it: T } {
  return { it, [Symbol.asyncDispose]: () => it.close() }
}
