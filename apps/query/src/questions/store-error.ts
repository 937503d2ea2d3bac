import { LogStoreError } from '@heartwood/log-store'
import { AppError } from '@heartwood/runtime'

/** What a client is told of an error of the store; anything that is none comes back as it is. */
export function storeError(error: unknown): unknown {
  if (!(error instanceof LogStoreError)) return error
  switch (error.code) {
    case 'corrupt':
      return new AppError('store_corrupt', error.message, { cause: error })
    case 'unsupported':
      return new AppError('unsupported_query', error.message, { cause: error })
    case 'busy':
      return new AppError('too_many_queries', error.message, { cause: error, retryAfterSeconds: 1 })
    case 'timeout':
      return new AppError('query_timeout', error.message, { cause: error })
    case 'unavailable':
      return new AppError('unavailable', error.message, { cause: error, retryAfterSeconds: 5 })
    case 'disk_full':
      return new AppError('disk_full', error.message, { cause: error })
    case 'newer_format':
      return new AppError('unavailable', error.message, { cause: error })
    case 'closed':
      return new AppError('unavailable', 'The query app is stopping.', { cause: error, retryAfterSeconds: 2 })
    case 'aborted':
    case 'position_gap':
    case 'superseded':
      return error
  }
}
