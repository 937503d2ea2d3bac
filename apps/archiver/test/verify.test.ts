import { expect, test } from 'vitest'
import { verifyArguments } from '../src/verify/verify-arguments.ts'
import { faultLine, interruptedLine, progressLine, summaryLines } from '../src/verify/verify-lines.ts'

const VERIFIED = {
  ...{ segments: 1_200, objects: 2_400, bytes: 5_300_000_000, events: 80_000_000 },
  faults: [],
  unknown: { objects: 0, bytes: 0 },
}

test('everything is read unless less is asked for', () => {
  expect(verifyArguments([])).toEqual({ quick: false, json: false })
  expect(verifyArguments(['--from', '2026-03-01', '--to', '2026-03-02', '--quick', '--json'])).toEqual({
    from: '2026-03-01',
    to: '2026-03-02',
    quick: true,
    json: true,
  })
})

test('what is no day is refused and named', () => {
  expect(() => verifyArguments(['--from', 'yesterday'])).toThrow('--from: takes a day such as 2026-03-01')
  expect(() => verifyArguments(['--from', '2026-03-02', '--to', '2026-03-01'])).toThrow('--to is before')
  expect(() => verifyArguments(['--all'])).toThrow('--all')
})

test('a fault names the object and how many events it may cost', () => {
  const key = 'segments/2026-03-01/2026-03-01-a.parquet'
  expect(faultLine({ key, fault: 'missing', events: 64_000 })).toBe(
    `${key}: missing; its segment has 64,000 events`,
  )
  expect(faultLine({ key, fault: 'size', events: 1, detail: '3 bytes, 4 were written' })).toBe(
    `${key}: not as long as it was (3 bytes, 4 were written); its segment has 1 events`,
  )
  expect(faultLine({ key: 'segments/2026-03-01', fault: 'manifest', detail: 'no' })).toBe(
    'segments/2026-03-01: which segments there are cannot be read (no)',
  )
})

test('interrupted, it says from which day to go on where it was at one', () => {
  expect(interruptedLine('2026-03-05')).toBe('interrupted; --from 2026-03-05 goes on where it was')
  expect(interruptedLine('several-days')).toBe('interrupted')
  expect(interruptedLine(undefined)).toBe('interrupted')
})

test('the last line tells whether all is well', () => {
  expect(summaryLines(VERIFIED, false)).toEqual([
    '1,200 segments with 80,000,000 events (2,400 objects, 5,300 MB) are as they were written',
  ])
  expect(summaryLines(VERIFIED, true)[0]).toContain('are there, as long as they were')
  const faults = [{ key: 'a', fault: 'missing' } as const]
  expect(summaryLines({ ...VERIFIED, faults }, false)[0]).toContain('1 objects are damaged or missing')
  const progress = { day: '2026-03-01', bytes: 5e5, ofBytes: 2e6, faults: 0 }
  expect(progressLine(progress)).toBe('25%, 2026-03-01: 0.5 MB of 2 MB')
})
