import { execFileSync } from 'node:child_process'
import AxeBuilder from '@axe-core/playwright'
import { send } from '../seed.ts'
import { expect, test } from '../story.ts'

const WORDS = 'payment order user request invoice shipment timeout queue retry token'.split(' ')
/** RE2 never runs away, but with so many ways to match it takes long for a line; and none does. */
const SLOW = '/(payment|order|user|request)( [a-z]+){0,40} (invoice|shipment)( [a-z]+){0,40} never/'
const THREE_DAYS = 3 * 86_400_000

test('a search that takes long says so, is given up with Escape, and leaves the machine alone', async ({
  search,
  heartwood,
}) => {
  const from = Date.now() - THREE_DAYS
  const lines = Array.from({ length: 15_000 }, (_, n) => ({
    '@timestamp': new Date(from + n).toISOString(),
    level: 'info',
    service: 'slow-shop',
    message: `never ${wordsOf(n)} ${n}`,
  }))
  await send(heartwood, lines)
  const range = { from: new Date(from).toISOString(), to: new Date(from + 60_000).toISOString() }
  await search.open({ ...range, query: SLOW })
  await expect(search.byId('searchProgress')).toContainText(/Searching… .*of \d+ files?/)
  const { violations } = await new AxeBuilder({ page: search.page }).include('[role="status"]').analyze()
  expect(violations).toEqual([])

  await search.page.keyboard.press('Escape')
  await expect(search.byId('searchProgress')).toContainText('Stopped: this is part of the answer.')
  await expect(search.total).toHaveText('Not counted')
  await expect(search.byId('nothingMatched')).toHaveCount(0)
  const query = heartwood.pids().get('query')
  const cpuSeconds = () =>
    Number(execFileSync('ps', ['-o', 'cputimes=', '-p', String(query)], { encoding: 'utf8' }))
  await expect
    .poll(async () => {
      const before = cpuSeconds()
      await search.page.waitForTimeout(2_000)
      return cpuSeconds() - before
    })
    .toBeLessThanOrEqual(1)

  await search.byId('goOn').click()
  await expect(search.byId('searchProgress')).toContainText('Searching…')
  // Another question takes its place: nothing of the slow one is shown, and it does not hold it up.
  await search.ask('service:"slow-shop"')
  await search.expectTotal(15_000)
  await expect(search.byId('searchProgress')).toHaveCount(0)
})

/** 40 words in an order that does not repeat. */
function wordsOf(seed: number): string {
  let state = seed * 7919 + 1
  const words = Array.from({ length: 40 }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return WORDS[Math.floor(state / 65_536) % WORDS.length]
  })
  return words.join(' ')
}
