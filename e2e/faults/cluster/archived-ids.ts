import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { ColdManifest, segmentKey } from '@heartwood/log-store/cold'
import { openS3Objects } from '@heartwood/object-store/s3'
import { z } from 'zod'
import { s3Place } from '../../../scripts/stack/s3.ts'
import { ARCHIVE_PREFIX } from './cluster.ts'
import type { StoredIds } from './stored-ids.ts'

const Row = z.object({ id: z.string(), message: z.string().nullable() })
const SERIAL = /^serial (\d+) of a run$/

interface ArchivedEvent {
  readonly id: string
  readonly serial: number | undefined
}

/**
 * The events in the archive: the segments that its manifest counts, read by DuckDB without any of the product's own reading. A
 * segment never changes, so each is read once.
 */
export async function archivedIds(s3: string, folder: string): Promise<StoredIds> {
  const dir = join(folder, 'archived')
  await mkdir(dir, { recursive: true })
  const objects = openS3Objects(s3Place(s3, ARCHIVE_PREFIX))
  const manifest = new ColdManifest({ objects, clock: () => performance.now() })
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '512MB', threads: '1' })
  const connection = await instance.connect()
  const read = new Map<string, readonly ArchivedEvent[]>()
  const counting = async () => {
    const state = await manifest.refresh()
    const days = [...state.days.keys()].map((day) => manifest.segments(state, day))
    return (await Promise.all(days)).flat()
  }
  const eventsOf = async (file: string) => {
    const known = read.get(file)
    if (known !== undefined) return known
    const path = join(dir, file)
    await writeFile(path, await objects.get(segmentKey(file)))
    const events = await idsAndSerials(connection, path)
    await rm(path)
    read.set(file, events)
    return events
  }
  return {
    count: async () => (await counting()).reduce((sum, { rows }) => sum + rows, 0),
    async ids() {
      const found = new Map<string, number>()
      for (const { file } of await counting())
        for (const { id } of await eventsOf(file)) found.set(id, (found.get(id) ?? 0) + 1)
      return found
    },
    async serialsOf(ids) {
      const serials = new Map([...read.values()].flat().map(({ id, serial }) => [id, serial]))
      return ids.flatMap((id) => serials.get(id) ?? [])
    },
    async [Symbol.asyncDispose]() {
      connection.closeSync()
      instance.closeSync()
      await objects.close()
    },
  }
}

async function idsAndSerials(connection: DuckDBConnection, path: string): Promise<ArchivedEvent[]> {
  const reader = await connection.runAndReadAll('SELECT id, message FROM read_parquet($path)', { path })
  return reader.getRowObjectsJson().map((row) => {
    const { id, message } = Row.parse(row)
    const serial = SERIAL.exec(message ?? '')?.[1]
    return { id, serial: serial === undefined ? undefined : Number(serial) }
  })
}
