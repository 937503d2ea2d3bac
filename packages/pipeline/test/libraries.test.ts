import { describe, expect, test } from 'vitest'
import { inEnvelope, libraryCases, throughDoor } from './library-cases.ts'

describe.each(libraryCases('libraries'))('$library: $title', ({ line, event }) => {
  test('comes out as that event', async () => expect(await throughDoor(line)).toEqual(event))
  test('comes out the same inside an envelope', () => expect(inEnvelope(line)).toEqual(event))
})

test.each(libraryCases('agents'))('$library: $title', async ({ line, event }) => {
  expect(await throughDoor(line)).toEqual(event)
})
