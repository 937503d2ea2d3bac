import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { stagesOf } from '../../../bench/measure/cpu-profile.ts'
import { median, percentile } from '../../../bench/measure/percentiles.ts'
import { usageByApp } from '../../../bench/measure/usage.ts'
import { writeFigures } from '../../../bench/report/page.ts'

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

  test('samples count to the nearest stage above them, and only those of the window', () => {
    const frame = (functionName: string, url: string) => ({ functionName, url, lineNumber: 1 })
    const profile = {
      startTime: 1_000,
      nodes: [
        { id: 1, callFrame: frame('(root)', ''), children: [2, 5] },
        {
          id: 2,
          callFrame: frame('append', 'file:///h/packages/log-store/src/segments/encode.ts'),
          children: [3],
        },
        { id: 3, callFrame: frame('column', 'file:///h/packages/event/src/batch.ts'), children: [4] },
        { id: 4, callFrame: frame('compress', 'node:zlib') },
        { id: 5, callFrame: frame('(garbage collector)', '') },
      ],
      samples: [4, 4, 5, 1],
      timeDeltas: [5, 10, 20, 40],
    }
    const stages = stagesOf(profile, { from: 1_010, to: 1_050 })
    expect([...stages]).toEqual([
      ['packages/log-store: encode', 10],
      ['garbage collection', 20],
    ])
  })

  test('the use of a process counts its CPU and memory', () => {
    const before = usageByApp(process.pid).get('supervisor')
    const end = performance.now() + 200
    while (performance.now() < end) Math.sqrt(end)
    const after = usageByApp(process.pid).get('supervisor')
    expect((after?.cpuSeconds ?? 0) - (before?.cpuSeconds ?? 0)).toBeGreaterThan(0.02)
    expect(after?.rssBytes).toBeGreaterThan(10e6)
  })

  test('written figures replace the earlier ones and nothing else of the page', () => {
    const folder = mkdtempSync(join(tmpdir(), 'heartwood-page-'))
    try {
      const path = join(folder, 'page.md')
      writeFigures(path, 'first')
      writeFileSync(path, `${readFileSync(path, 'utf8')}\nWritten by hand.\n`)
      writeFigures(path, 'second')
      const page = readFileSync(path, 'utf8')
      expect(page).toContain('second')
      expect(page).toContain('Written by hand.')
      expect(page).not.toContain('first')
      writeFileSync(path, 'no marks')
      expect(() => writeFigures(path, 'third')).toThrow('marks')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
