import { describe, expect, test } from 'vitest'
import type { Profile } from '../../../bench/measure/cpu-profile.ts'
import type { ThreadKind } from '../../../bench/measure/threads.ts'
import { stageRows } from '../../../bench/report/stage-rows.ts'

/** A thread that did one thing all the time. */
function busyWith(file: string): Profile {
  return {
    startTime: 0,
    nodes: [
      { id: 1, callFrame: { functionName: '(root)', url: '', lineNumber: 0 }, children: [2] },
      { id: 2, callFrame: { functionName: 'work', url: `file:///h/${file}`, lineNumber: 0 } },
    ],
    samples: [2, 2],
    timeDeltas: [10, 10],
  }
}

const WINDOW = { from: 0, to: 100 }
const main = busyWith('apps/indexer/src/main.ts')
const worker = busyWith('packages/log-store/src/segments/encode.ts')

function measured(
  workers: readonly Profile[],
  kinds: readonly (readonly [ThreadKind, number])[],
  process: number,
) {
  const rows = stageRows({ main, workers }, WINDOW, new Map(kinds), { process })
  return new Map(rows.map((row) => [row.figure, row.measured]))
}

describe('the stages of an app', () => {
  test('divide the CPU of each kind of thread, and leave nothing of the process out', () => {
    const kinds: [ThreadKind, number][] = [
      ['main', 4],
      ['worker', 3],
      ['v8', 2],
      ['libuv', 1],
      ['other', 0.5],
    ]
    expect(measured([worker], kinds, 10.5)).toEqual(
      new Map([
        ['the process', '10.50 us'],
        ['its main thread', '4.00 us'],
        ['main thread, apps/indexer', '4.00 us'],
        ['its worker threads', '3.00 us'],
        ['worker, packages/log-store: encode', '3.00 us'],
        ["V8's own threads", '2.00 us'],
        ["libuv's threads", '1.00 us'],
        ['other threads', '0.50 us'],
      ]),
    )
  })

  test('count what ended threads had to the workers', () => {
    const kinds: [ThreadKind, number][] = [
      ['main', 4],
      ['other', 0.5],
    ]
    const rows = measured([worker], kinds, 10)
    expect(rows.get('its worker threads')).toBe('5.50 us')
    expect(rows.get('worker, packages/log-store: encode')).toBe('5.50 us')
    expect(rows.get('other threads')).toBe('0.50 us')
  })

  test('take all of it for the main thread where the system does not tell threads apart', () => {
    const rows = measured([], [], 10)
    expect(rows.get('its main thread')).toBe('10.00 us')
    expect(rows.get('other threads')).toBe('0.00 us')
  })
})
