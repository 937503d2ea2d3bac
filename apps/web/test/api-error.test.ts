import { TRPCClientError } from '@trpc/client'
import { expect, test } from 'vitest'
import { apiErrorOf, apiErrorOfAnswer } from '../src/api/api-error.ts'

test('an error of the API keeps its code and sentence and says what to do', () => {
  const error = TRPCClientError.from({
    error: { code: -32603, message: 'slow', data: { error: { code: 'query_timeout', message: 'slow' } } },
  })
  expect(apiErrorOf(error)).toMatchObject({ code: 'query_timeout', message: 'slow', transient: false })
  expect(apiErrorOf(error).advice).not.toBe('')
})

test('an error that never reached the API is one to try again', () => {
  expect(apiErrorOf(new TypeError('Failed to fetch'))).toMatchObject({ code: 'unreachable', transient: true })
})

test('a refusal in another shape is still an error with a title', () => {
  expect(apiErrorOfAnswer('<html>')).toMatchObject({ code: 'internal' })
  expect(apiErrorOfAnswer({ error: { code: 'brand_new', message: 'x' } }).title).not.toBe('')
})
