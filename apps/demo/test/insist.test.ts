import { expect, test } from 'vitest'
import { insist } from '../src/insist.ts'

test('what fails while the other apps start is tried again until it succeeds', async () => {
  const failures: unknown[] = []
  let attempts = 0
  const attempt = async () => {
    if (++attempts < 3) throw new Error(`query does not answer, ${attempts}`)
    return attempts
  }
  expect(await insist(attempt, new AbortController().signal, (error) => failures.push(error))).toBe(3)
  expect(failures.map(String)).toEqual(['Error: query does not answer, 1', 'Error: query does not answer, 2'])
})

test('a stop ends the trying', async () => {
  const stopping = new AbortController()
  const attempt = async () => {
    throw new Error('query does not answer')
  }
  await expect(insist(attempt, stopping.signal, () => stopping.abort())).rejects.toThrow('abort')
})
