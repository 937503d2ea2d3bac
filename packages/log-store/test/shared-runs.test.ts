import { expect, test } from 'vitest'
import { SharedRuns } from '../src/elasticsearch/shared-runs.ts'

test('who asks while a run is under way shares the next one, which begins when that has ended', async () => {
  const runs: PromiseWithResolvers<void>[] = []
  const shared = new SharedRuns(() => {
    const run = Promise.withResolvers<void>()
    runs.push(run)
    return run.promise
  })
  const first = shared.next()
  await expect.poll(() => runs.length).toBe(1)
  const others = [shared.next(), shared.next(), shared.next()]
  expect(runs.length).toBe(1)
  runs[0]?.resolve()
  await first
  await expect.poll(() => runs.length).toBe(2)
  const last = shared.next()
  runs[1]?.reject(new Error('refused'))
  for (const other of others) await expect(other).rejects.toThrow('refused')
  await expect.poll(() => runs.length).toBe(3)
  runs[2]?.resolve()
  await last
  expect(runs.length).toBe(3)
})
