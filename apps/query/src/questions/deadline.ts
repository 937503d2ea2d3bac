import { AppError } from '@heartwood/runtime'
import { storeError } from './store-error.ts'

/**
 * Runs a question until it answers, its client goes away or its time is over, whichever is first. Work that ignores its
 * signal is left behind: the client is answered all the same. When this returns, the signal is aborted, so that nothing
 * of the question runs on.
 */
export async function withinDeadline<T>(
  client: AbortSignal,
  millis: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const over = Promise.withResolvers<never>()
  const end = (reason: unknown) => {
    over.reject(reason)
    controller.abort(reason)
  }
  const clientGone = () => end(client.reason)
  const timer = setTimeout(() => end(tooLate(millis)), millis)
  client.addEventListener('abort', clientGone, { once: true })
  if (client.aborted) clientGone()
  try {
    return await Promise.race([over.promise, work(controller.signal)])
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : storeError(error)
  } finally {
    clearTimeout(timer)
    client.removeEventListener('abort', clientGone)
    controller.abort()
  }
}

function tooLate(millis: number): AppError {
  return new AppError(
    'query_timeout',
    `No answer within ${millis / 1000} s: narrow the time range or add a service.`,
  )
}
