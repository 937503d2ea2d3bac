import { expect, test } from 'vitest'
import { archiveText, missingText } from '../src/features/search/summary/answer-parts.ts'

const READ = { rows: 0, bytes: 0, segments: 0 }
const BORDER = '2026-10-27T00:00:00.000Z'
const HOT = { tier: 'hot' as const, ranges: [{ from: BORDER }], ...READ }
const COLD = { tier: 'cold' as const, ranges: [{ to: BORDER }], ...READ }

test('what is from the archive is said with its last day and what was fetched, and nothing where nothing is', () => {
  expect(archiveText(READ)).toBeUndefined()
  expect(archiveText({ ...READ, fetched: 64_000 })).toBe('64 kB fetched from the archive')
  expect(archiveText({ ...READ, tiers: [HOT, COLD] })).toBe('until 2026-10-26 from the archive')
  const fetched = { ...COLD, fetched: 1_200_000 }
  expect(archiveText({ ...READ, tiers: [HOT, fetched] })).toBe(
    'until 2026-10-26 from the archive, 1.2 MB fetched',
  )
  expect(archiveText({ ...READ, tiers: [fetched] })).toBe('from the archive, 1.2 MB fetched')
  const missing = [{ tier: 'cold' as const, to: BORDER, reason: 'away' }]
  expect(archiveText({ ...READ, tiers: [HOT, COLD], missing })).toBeUndefined()
  const some = missing.map((part) => ({ ...part, events: 10 }))
  expect(archiveText({ ...READ, tiers: [HOT, COLD], missing: some })).toContain('from the archive')
})

test('what is missing is named by its days, where it is kept, and why', () => {
  const reason = 'the archive cannot be reached'
  expect(missingText({ tier: 'cold', to: BORDER, reason })).toBe(
    `What is in the archive from the beginning to 2026-10-26 is missing: ${reason}.`,
  )
  const day = { from: '2026-10-26T00:00:00.000Z', to: BORDER }
  expect(missingText({ tier: 'cold', ...day, events: 1234, reason })).toBe(
    `Up to 1,234 events of 2026-10-26 in the archive are missing: ${reason}.`,
  )
  expect(missingText({ tier: 'hot', ...day, reason })).toBe(
    `What is in the store for recent logs of 2026-10-26 is missing: ${reason}.`,
  )
  expect(missingText({ tier: 'hot', from: BORDER, reason })).toBe(
    `What is in the store for recent logs from 2026-10-27 to the end is missing: ${reason}.`,
  )
})
