import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from '@heartwood/query-lang'
import { describe, expect, it } from 'vitest'
import { openSegmentsReader } from '../src/segments/open-reader.ts'
import { openSegmentsWriter } from '../src/segments/open-writer.ts'
import { DuckDbEngine, type EngineOptions } from '../src/segments/questions/duckdb-engine.ts'
import { sqlText } from '../src/segments/questions/sql-text.ts'
import { appendOf, batchOf, eventsOf, MIDNIGHT, temporaryFolder } from './segments/store-content.ts'

const DAY = 86_400_000_000_000n
const EVER = { from: MIDNIGHT - 10n * DAY, to: MIDNIGHT + 10n * DAY }
const query = (text: string) => parse(text).query

/** Runs for minutes unless it is stopped. */
const ENDLESS = 'SELECT sum(a.range * b.range) FROM range(100000000) a, range(100000000) b'

async function engineIn(dir: string, more: Partial<EngineOptions> = {}): Promise<DuckDbEngine> {
  return DuckDbEngine.open({
    directories: [join(dir, 'segments/')],
    tempDirectory: join(dir, 'tmp'),
    memoryLimit: '64MB',
    tempLimit: '64MB',
    threads: 2,
    atOnce: () => 1,
    waiting: 1,
    timeLimit: 60_000,
    onLost: () => undefined,
    ...more,
  })
}

describe('a query', () => {
  it('is interrupted when the caller goes, and its place is free again', async () => {
    await using folder = await temporaryFolder()
    const engine = await engineIn(folder.dir)
    const stop = new AbortController()
    const running = engine.run(stop.signal, (session) => {
      setImmediate(() => stop.abort())
      return session.rows(ENDLESS)
    })
    await expect(running).rejects.toMatchObject({ code: 'aborted' })
    expect(await engine.run(undefined, (session) => session.rows('SELECT 42'))).toEqual([[42]])
    await engine.close()
  })

  it('ends at its time limit, also one that asks several times', async () => {
    await using folder = await temporaryFolder()
    const engine = await engineIn(folder.dir, { timeLimit: 30 })
    const long = engine.run(undefined, (session) => session.rows(ENDLESS))
    await expect(long).rejects.toMatchObject({ code: 'timeout' })
    const many = engine.run(undefined, async (session) => {
      for (;;) await session.rows('SELECT 1')
    })
    await expect(many).rejects.toMatchObject({ code: 'timeout' })
    await engine.close()
  })

  it('that finds DuckDB failed for good tells the owner, and later ones are refused at once', async () => {
    await using folder = await temporaryFolder()
    const lost: string[] = []
    const engine = await engineIn(folder.dir, { onLost: (error) => lost.push(error.message) })
    const message = 'FATAL Error: Failed: database has been invalidated because of a previous fatal error.'
    const failing = engine.run(undefined, () => Promise.reject(new Error(message)))
    await expect(failing).rejects.toMatchObject({ code: 'closed' })
    expect(lost).toEqual([message])
    const next = engine.run(undefined, (session) => session.rows('SELECT 1'))
    await expect(next).rejects.toMatchObject({ code: 'closed' })
    await engine.close()
  })

  it('waits for its turn, and is refused as busy where too many wait', async () => {
    await using folder = await temporaryFolder()
    const engine = await engineIn(folder.dir)
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    const { promise: started, resolve: start } = Promise.withResolvers<void>()
    const first = engine.run(undefined, async () => {
      start()
      await released
      return 'first'
    })
    await started
    const second = engine.run(undefined, async () => 'second')
    await expect(engine.run(undefined, async () => 'third')).rejects.toMatchObject({ code: 'busy' })
    release()
    expect(await Promise.all([first, second])).toEqual(['first', 'second'])
    expect(await engine.run(undefined, async () => 'fourth')).toBe('fourth')
    await engine.close()
  })

  it('that waits and is withdrawn leaves the queue', async () => {
    await using folder = await temporaryFolder()
    const engine = await engineIn(folder.dir)
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    const first = engine.run(undefined, () => released)
    const stop = new AbortController()
    const second = engine.run(stop.signal, async () => 'second')
    stop.abort()
    await expect(second).rejects.toMatchObject({ code: 'aborted' })
    const third = engine.run(undefined, async () => 'third')
    release()
    await first
    expect(await third).toBe('third')
    await engine.close()
  })

  it('is stopped when the store closes, and closing waits for it', async () => {
    await using folder = await temporaryFolder()
    const engine = await engineIn(folder.dir)
    const running = engine.run(undefined, (session) => session.rows(ENDLESS))
    const ended = expect(running).rejects.toMatchObject({ code: 'closed' })
    await engine.close()
    await ended
    const late = engine.run(undefined, (session) => session.rows('SELECT 1'))
    await expect(late).rejects.toMatchObject({ code: 'closed' })
  })

  it('spills to disk past its memory, and says so where that is not enough', async () => {
    await using folder = await temporaryFolder()
    const distinct = `SELECT count(*) FROM (SELECT DISTINCT hash(range) || repeat('x', 100) FROM range(1000000))`
    const roomy = await engineIn(folder.dir, { tempLimit: '1GB', memoryLimit: '48MB' })
    expect(await roomy.run(undefined, (session) => session.rows(distinct))).toEqual([[1_000_000n]])
    await roomy.close()
    const tight = await engineIn(folder.dir, { tempLimit: '1MB', memoryLimit: '48MB' })
    const refused = tight.run(undefined, (session) => session.rows(distinct))
    await expect(refused).rejects.toMatchObject({ code: 'unsupported' })
    expect(await tight.run(undefined, (session) => session.rows('SELECT 1'))).toEqual([[1]])
    await tight.close()
  })

  it('leaves nothing of the files it read in memory', async () => {
    await using folder = await temporaryFolder()
    const writer = await openSegmentsWriter({
      dir: folder.dir,
      retentionDays: 36_500,
      maxBytes: 1e9,
      ballastBytes: 0,
    })
    await writer.append(appendOf(0, 1n, eventsOf('b1', 20_000), 'b1'))
    await writer.close()
    const engine = await engineIn(folder.dir)
    const held = await engine.run(undefined, async (session) => {
      const files = sqlText(join(folder.dir, 'segments', '*.parquet'))
      await session.rows(`SELECT count(DISTINCT message) FROM read_parquet(${files})`)
      return session.rows(`SELECT memory_usage_bytes FROM duckdb_memory() WHERE tag = 'EXTERNAL_FILE_CACHE'`)
    })
    expect(held).toEqual([[0n]])
    await engine.close()
  })

  it('can read no file outside the folder of the segments, load nothing and change no setting', async () => {
    await using folder = await temporaryFolder()
    const secret = join(folder.dir, 'secret.csv')
    await writeFile(secret, 'a\n1\n')
    const engine = await engineIn(folder.dir)
    for (const sql of [
      `SELECT * FROM read_text(${sqlText(secret)})`,
      `SELECT * FROM read_csv(${sqlText(secret)})`,
      `COPY (SELECT 1) TO ${sqlText(join(folder.dir, 'out.csv'))}`,
      `ATTACH ${sqlText(join(folder.dir, 'x.duckdb'))}`,
      'SET enable_external_access = true',
      'INSTALL httpfs',
    ]) {
      await expect(
        engine.run(undefined, (session) => session.rows(sql)),
        sql,
      ).rejects.toThrow()
    }
    await engine.close()
  })
})

describe('many segments', () => {
  it('300 of them answer like one', async () => {
    await using folder = await temporaryFolder()
    const { dir } = folder
    const writer = await openSegmentsWriter({ dir, retentionDays: 30, maxBytes: 1e9, ballastBytes: 0 })
    for (let to = 1n; to <= 150n; to++) {
      await writer.append(appendOf(0, to, eventsOf(`b${to}`, 6, Number(to) * 10), `b${to}`))
    }
    expect(writer.stats()).toMatchObject({ segments: 300, events: 900 })
    const reader = await openSegmentsReader({ dir })
    expect(await reader.count({ query: query('line'), range: EVER })).toBe(900)
    expect(await reader.count({ query: query('index:3'), range: EVER })).toBe(150)
    const { events, more } = await reader.search({ query: query('*'), range: EVER, limit: 899 })
    expect(events).toHaveLength(899)
    expect(more).toBe(true)
    expect(events[0]).toMatchObject({ id: 'b150-4', attributes: { index: 4, even: true } })
    const top = await reader.top({ query: query('line'), range: EVER, field: 'service', limit: 5 })
    expect(top.map(({ count }) => count)).toEqual([300, 300, 300])
    await reader.close()
    await writer.close()
  })
})

describe('more attribute keys than the store has columns for', () => {
  it('go to `rest`, where they are found all the same', async () => {
    await using folder = await temporaryFolder()
    const { dir } = folder
    const writer = await openSegmentsWriter({ dir, retentionDays: 30, maxBytes: 1e9, ballastBytes: 0 })
    const events = Array.from({ length: 21 }, (_, row) => ({
      id: `b-${row}`,
      timestamp: MIDNIGHT,
      observed_at: MIDNIGHT,
      rest: '{"sent":[{"sku":"given"}]}',
      attributes: Object.fromEntries(
        Array.from({ length: 100 }, (_, key) => [
          `key${row * 100 + key}`,
          key % 2 === 0 ? key : `value ${key}`,
        ]),
      ),
    }))
    const batches = [{ batch_id: 'b', received_at: MIDNIGHT, events: 21, dead_letters: 0 }]
    await writer.append({
      partition: 0,
      from: null,
      to: 1n,
      events: batchOf(events),
      deadLetters: [],
      batches,
    })
    await writer.append(appendOf(0, 2n, eventsOf('c', 3), 'c'))
    const reader = await openSegmentsReader({ dir })
    const found = async (text: string) => {
      const page = await reader.search({ query: query(text), range: EVER, limit: 10 })
      return page.events.map(({ id }) => id)
    }
    expect(await found('key1999:"value 99"')).toEqual(['b-19'])
    expect(await found('key2050:50')).toEqual(['b-20'])
    expect(await found('key2051:"value 51"')).toEqual(['b-20'])
    expect(await found('key2050>49')).toEqual(['b-20'])
    expect(await found('even:true index:2')).toEqual(['c-2'])
    expect(await reader.count({ query: query('given'), range: EVER })).toBe(21)
    expect((await reader.event('b-20'))?.rest).toMatch(/^\{"sent":\[\{"sku":"given"\}\],"key2000":0,/)
    await reader.close()
    await writer.close()
  })
})
