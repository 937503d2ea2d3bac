import { LogStoreError } from '@heartwood/log-store'
import { AppError, type AppName } from '@heartwood/runtime'

/**
 * What an app that asked for a change is told of an error of the store; anything that is none comes back as it is.
 * @param asked the app that changes the store
 */
export function storeError(error: unknown, asked: AppName): unknown {
  if (!(error instanceof LogStoreError)) return error
  switch (error.code) {
    case 'disk_full':
      return new AppError('disk_full', 'The disk is too full to write what is left.', {
        cause: error,
        retryAfterSeconds: 10,
      })
    case 'corrupt':
      return new AppError('store_corrupt', error.message, { cause: error })
    case 'unsupported':
      return new AppError('unsupported_query', error.message, { cause: error })
    case 'timeout':
    case 'unavailable':
      return new AppError('unavailable', error.message, { cause: error, retryAfterSeconds: 5 })
    case 'closed':
    case 'superseded':
      return new AppError('unavailable', `The ${asked} is stopping.`, { cause: error, retryAfterSeconds: 2 })
    default:
      return error
  }
}
