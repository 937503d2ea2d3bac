import { execFileSync } from 'node:child_process'
import AxeBuilder from '@axe-core/playwright'
import { SLOW_QUERY, slowLine } from '../../apps/query/test/slow-lines.ts'
import { send } from '../seed.ts'
import { expect, test } from '../story.ts'

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
    message: slowLine(n),
  }))
  await send(heartwood, lines)
  const range = { from: new Date(from).toISOString(), to: new Date(from + 60_000).toISOString() }
  await search.open({ ...range, query: SLOW_QUERY })
  await expect(search.byId('searchProgress')).toContainText(/Searching… .*of \d+ files?/)
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
  // Here it does not matter how long the look takes.
  const { violations } = await new AxeBuilder({ page: search.page }).include('[role="status"]').analyze()
  expect(violations).toEqual([])
  // Another question takes its place: nothing of the slow one is shown, and it does not hold it up.
  await search.ask('service:"slow-shop"')
  await search.expectTotal(15_000)
  await expect(search.byId('searchProgress')).toHaveCount(0)
})
