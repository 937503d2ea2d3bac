import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stageShares, stagesOf } from '../../../bench/measure/cpu-profile.ts'
import { Lag } from '../../../bench/measure/lag.ts'
import { meanBetween, peakOf } from '../../../bench/measure/memory-watch.ts'
import { median, percentile, weightedPercentile } from '../../../bench/measure/percentiles.ts'
import { fileOf } from '../../../bench/measure/store-size.ts'
import { kindOf } from '../../../bench/measure/threads.ts'
import { usageByApp } from '../../../bench/measure/usage.ts'
import { EXPERIMENTS } from '../../../bench/options.ts'
import { figuresOf } from '../../../bench/report/figures.ts'
import { steadinessRows } from '../../../bench/report/memory-rows.ts'
import { marksOf, writeFigures } from '../../../bench/report/page.ts'

describe('figures', () => {
  test('a percentile is the smallest sample that so many do not exceed', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
    expect(percentile(hundred, 0.99)).toBe(99)
    expect(percentile(hundred, 1)).toBe(100)
    expect(percentile(hundred, 0)).toBe(1)
    expect(median([30, 10, 20])).toBe(20)
    expect(percentile([5], 0.99)).toBe(5)
    expect(percentile([], 0.5)).toBeNaN()
  })

  test('a percentile of repeated values is that of all of them', () => {
    const values = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1 })
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 100 }), (all, percent) => {
        const counts = new Map<number, number>()
        for (const value of all) counts.set(value, (counts.get(value) ?? 0) + 1)
        const rank = Math.ceil((percent * all.length) / 100)
        expect(weightedPercentile(counts, percent)).toBe(all.toSorted((a, b) => a - b)[rank - 1])
      }),
    )
    expect(weightedPercentile(new Map(), 50)).toBeNaN()
  })

  test('the lag is the age of the oldest accepted event that is not searchable', () => {
    const lag = new Lag()
    lag.accepted(0, 0)
    lag.accepted(100, 10)
    lag.accepted(200, 20)
    lag.searchable(250, 0)
    expect(lag.millis(250)).toBe(150)
    lag.searchable(300, 10)
    expect(lag.millis(300)).toBe(100)
    lag.searchable(400, 20)
    expect(lag.millis(400)).toBe(0)
    lag.accepted(5_000, 21)
    expect(lag.millis(5_500)).toBe(500)
    expect(lag.lastAbove(120)).toBe(250)
    expect(lag.lastAbove(1_000)).toBeUndefined()
    expect(lag.millisAt(320)).toBe(100)
  })

  test('memory is compared by app, between means', () => {
    const samples = [1, 2, 3, 4].map((at) => ({ at, bytes: new Map([['ingest', at * 100e6]]) }))
    expect(peakOf(samples).get('ingest')).toBe(400e6)
    expect(meanBetween(samples, 2, 4).get('ingest')).toBe(250e6)
    const [flat] = steadinessRows('flat', new Map([['ingest', 100e6]]), new Map([['ingest', 109e6]]))
    const [grown] = steadinessRows('flat', new Map([['ingest', 100e6]]), new Map([['ingest', 111e6]]))
    const [fallen] = steadinessRows('flat', new Map([['ingest', 100e6]]), new Map([['ingest', 89e6]]))
    const [unknown] = steadinessRows('flat', new Map(), new Map([['ingest', 89e6]]))
    expect([flat?.met, grown?.met, fallen?.met, unknown?.met]).toEqual([true, false, false, false])
  })

  test('a file of the store is counted as what it is', () => {
    expect(fileOf('segments/2026-11-23-a.parquet')).toBe('parquet')
    expect(fileOf('segments/2026-11-23-a.idx')).toBe('idx')
    expect(fileOf('manifest/00000007.log')).toBe('manifest')
    expect(fileOf('receipts/p0-1.bin')).toBe('receipts')
    expect(fileOf('dead-letters/1.ndjson')).toBe('deadLetters')
    expect(fileOf('ballast')).toBe('ballast')
    expect(fileOf('lock')).toBe('other')
  })
})

describe('CPU', () => {
  const frame = (functionName: string, url: string) => ({ functionName, url, lineNumber: 1 })
  const profile = {
    startTime: 1_000,
    nodes: [
      { id: 1, callFrame: frame('(root)', ''), children: [2, 5, 6] },
      {
        id: 2,
        callFrame: frame('append', 'file:///h/packages/log-store/src/segments/encode.ts'),
        children: [3],
      },
      { id: 3, callFrame: frame('column', 'file:///h/packages/event/src/batch.ts'), children: [4] },
      { id: 4, callFrame: frame('compress', 'node:zlib') },
      { id: 5, callFrame: frame('(garbage collector)', '') },
      { id: 6, callFrame: frame('(idle)', '') },
    ],
    samples: [4, 4, 5, 6, 1],
    timeDeltas: [5, 10, 20, 5, 40],
  }

  test('samples count to the nearest stage above them, and only those of the window', () => {
    expect([...stagesOf(profile, { from: 1_010, to: 1_050 })]).toEqual([
      ['packages/log-store: encode', 10],
      ['garbage collection', 20],
      ['(idle)', 5],
    ])
  })

  test('threads share their time by what they did while they did something', () => {
    expect(stageShares([profile, profile], { from: 1_010, to: 1_050 })).toEqual([
      ['garbage collection', 2 / 3],
      ['packages/log-store: encode', 1 / 3],
    ])
  })

  test('a thread is known by its name', () => {
    expect(['V8Worker', 'libuv-worker', 'SignalInspector', 'appender 1', 'WorkerThread'].map(kindOf)).toEqual(
      ['v8', 'libuv', 'other', 'worker', 'worker'],
    )
  })

  test('of a process is counted with its memory', () => {
    const before = usageByApp(process.pid).get('supervisor')
    const cpu = process.cpuUsage()
    while (process.cpuUsage(cpu).user < 100_000) Math.sqrt(cpu.user)
    const after = usageByApp(process.pid).get('supervisor')
    expect((after?.cpuSeconds ?? 0) - (before?.cpuSeconds ?? 0)).toBeGreaterThan(0.05)
    expect(after?.rssBytes).toBeGreaterThan(10e6)
  })
})

describe('the page', () => {
  const figures = figuresOf(
    {
      sections: [{ title: 'Rates', rows: [{ figure: 'a', measured: '1', goal: '2', met: false }] }],
      problems: ['one event is lost'],
    },
    { command: 'npm run bench', date: new Date(0), minutes: 1.26, machine: 'two cores' },
  )

  test('says with the figures how they were found, and every problem', () => {
    expect(figures).toContain('- command: `npm run bench`, 1970-01-01 00:00 UTC, 1.3 minutes')
    expect(figures).toContain('- machine: two cores')
    expect(figures).toContain('- **PROBLEM**: one event is lost')
    expect(figures).toMatch(/\| a +\| 1 +\| 2 +\| NO +\|/)
  })

  test('written figures replace the earlier ones of their experiment and nothing else', () => {
    const folder = mkdtempSync(join(tmpdir(), 'heartwood-page-'))
    try {
      const path = join(folder, 'page.md')
      const place = (name: string) => marksOf(name).join('\n')
      writeFileSync(path, `# Page\n\n${place('ingest')}\n\nBy hand.\n\n${place('disk')}\n`)
      writeFigures(path, 'ingest', 'first')
      writeFigures(path, 'disk', 'bytes')
      writeFigures(path, 'ingest', 'second')
      const page = readFileSync(path, 'utf8')
      expect(page).toMatch(/second[\s\S]*By hand\.[\s\S]*bytes/)
      expect(page).not.toContain('first')
      expect(() => writeFigures(path, 'memory', 'x')).toThrow('has lost the marks')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  test('docs/benchmarks.md has a place for each experiment, in their order', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/benchmarks.md'), 'utf8')
    const places = EXPERIMENTS.flatMap((name) => marksOf(name).map((mark) => page.indexOf(mark)))
    expect(places).not.toContain(-1)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
  })
})
