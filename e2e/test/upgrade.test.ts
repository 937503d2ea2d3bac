import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { recoverStore } from '@heartwood/log-store/cold'
import { openFolderObjects } from '@heartwood/object-store'
import { parse } from '@heartwood/query-lang'
import { describe, expect, test } from 'vitest'
import {
  type DataFolder,
  dataFolder,
  EVERYTHING,
  indexed,
  runIndexer,
} from '../../apps/indexer/test/running-indexer.ts'
import { archivedEvents } from '../../packages/log-store/test/cold/archived-events.ts'
import { copyOf, jsonOf, readExpected, sortedById, versions } from '../upgrade/files.ts'
import { openRemoteArchive } from '../upgrade/open-archive.ts'
import { openArchive } from '../upgrade/write/archive-of-cluster.ts'
import { eventsIn, LATER, openIn } from '../upgrade/write/machine-with-archive.ts'

const found = async (folder: DataFolder) => sortedById((await folder.found()).events).map(jsonOf)
const idOf = (event: unknown) => (event instanceof Object && 'id' in event ? event.id : undefined)

describe.each(await versions())('what version %s wrote', (version) => {
  test('queue and store of one machine: what it had indexed and what waited is found once, and indexing goes on', async () => {
    await using copy = await copyOf(version, 'machine')
    const expected = await readExpected(copy.dir)
    await using folder = await dataFolder(copy.dir)
    const stored = (await found(folder)).map(idOf)
    expect(stored.length).toBeGreaterThan(0)
    expect(stored.filter((id) => !expected.events.map(idOf).includes(id))).toEqual([])
    // The second start reads what the first has written in the place of the old files.
    for (const batch of ['first', 'second']) {
      await using run = await runIndexer(folder)
      await indexed(run)
      const all = (await found(folder)).filter((event) => !String(idOf(event)).startsWith('new'))
      expect(all).toHaveLength(expected.events.length)
      expect(all).toMatchObject(expected.events)
      expect((await folder.found()).deadLetters.map(({ id }) => id)).toEqual(expected.deadLetters)
      await folder.publish(`new ${batch}`, ['{"msg":"goes on"}'])
      await indexed(run)
    }
    await using reader = await folder.reader()
    await reader.refresh()
    // By the indexes beside the segments, by columns and by counts kept aside.
    for (const [text, count] of [
      ['"payment failed"', 1],
      ['trace_id:5af7183fb1d4cf5f99aa0102030405ff', 1],
      ['big:9007199254740993', 1],
      ['service:checkout', 2],
      ['"goes on"', 2],
      ['*', expected.events.length + 2],
    ] as const)
      expect([text, await reader.count({ query: parse(text).query, range: EVERYTHING })]).toEqual([
        text,
        count,
      ])
  })

  test('the store of one machine with its old days in an archive: all is found, deletes reach it, and it can be recovered', async () => {
    await using copy = await copyOf(version, 'machine-with-archive')
    const expected = await readExpected(copy.dir)
    {
      await using store = await openIn(copy.dir)
      store.clock.now = LATER
      const events = sortedById(await eventsIn(store)).map(jsonOf)
      expect(events).toHaveLength(expected.events.length)
      expect(events).toMatchObject(expected.events)
      expect(await store.cold()).toEqual(['day-0', 'day-1'])
      await store.tidy()
      const request = { query: parse('service:day-1').query, range: EVERYTHING, acceptedBefore: LATER }
      expect(await store.writer.delete(request)).toEqual({ deleted: 10 })
      expect(await store.count()).toBe(expected.events.length - 10)
    }
    await using lost = await copyOf(version, 'machine-with-archive')
    const dir = join(lost.dir, 'store')
    await rm(dir, { recursive: true })
    const objects = await openFolderObjects(join(lost.dir, 'archive'), Date.now())
    expect(await recoverStore({ objects, place: 'archive', dir })).toEqual({
      segments: 2,
      events: 20,
      missing: 0,
    })
    await using store = await openIn(lost.dir)
    const old = expected.events.filter((event) => !String(idOf(event)).startsWith('day-39'))
    expect(sortedById(await eventsIn(store)).map(jsonOf)).toMatchObject(old)
  })

  test('the archive of a cluster: all is found once, what it knows of the queue holds, and archiving goes on', async () => {
    await using copy = await copyOf(version, 'archive-of-cluster')
    const expected = await readExpected(copy.dir)
    const objects = await openFolderObjects(join(copy.dir, 'archive'), Date.now())
    const events = (await archivedEvents(objects)).map(jsonOf)
    expect(events).toHaveLength(expected.events.length)
    expect(events).toMatchObject(expected.events)
    {
      await using archive = await openRemoteArchive(objects, join(copy.dir, 'cache'))
      const count = (text: string) => archive.reader.count({ query: parse(text).query, range: EVERYTHING })
      expect([await count('*'), await count('service:service-1'), await count('"line 3"')]).toEqual([
        expected.events.length,
        0,
        4,
      ])
    }
    const { writer, archive, fold, manifest } = await openArchive(objects, join(copy.dir, 'scratch'))
    expect([writer.position(0), writer.position(1)]).toEqual([2n, 5n])
    expect(['a', 'c', 'e'].map((batch) => writer.hasBatch(0, batch))).toEqual([true, true, false])
    expect(manifest.state.coverage.hot_from).toBeDefined()
    await archive(0, 3n, 'e')
    await fold()
    expect(await archivedEvents(objects)).toHaveLength(expected.events.length + 7)
  })
})
