import { S3ServiceException } from '@aws-sdk/client-s3'
import { ObjectStoreError } from '../port.ts'

/**
 * What an error of a call means. `key` is for people.
 * @param exclusive whether the call was to store an object only where none is
 */
export function asObjectError(error: unknown, key: string, exclusive = false): Error {
  if (error instanceof ObjectStoreError) return error
  if (!(error instanceof S3ServiceException)) return fromClient(error, key)
  const { $metadata, name } = error
  const status = $metadata.httpStatusCode ?? 0
  // The call before may have stored it and lost its answer: then this object is the caller's own.
  if (exclusive && status === 412)
    return ($metadata.attempts ?? 1) > 1
      ? new ObjectStoreError('unavailable', `${key}: it is not known whether it was stored`, { cause: error })
      : new ObjectStoreError('exists', `${key} is there already`, { cause: error })
  if (status === 416) return new ObjectStoreError('range', `${key} ends before the range`, { cause: error })
  if (name === 'NoSuchBucket')
    return new ObjectStoreError('refused', `the bucket is not there: ${error.message}`, { cause: error })
  if (status === 404) return new ObjectStoreError('missing', `${key} is not there`, { cause: error })
  const again = status === 0 || status === 408 || status === 409 || status === 429 || status >= 500
  const said = `${name}${error.message === '' ? '' : `: ${error.message}`}`
  return new ObjectStoreError(again ? 'unavailable' : 'refused', `${key}: ${said}`, { cause: error })
}

/** What no server said: the network, a time limit, or the chain of credentials. */
function fromClient(error: unknown, key: string): Error {
  if (error instanceof Error && error.name === 'CredentialsProviderError')
    return new ObjectStoreError('refused', `there are no credentials for S3: ${error.message}`, {
      cause: error,
    })
  const said = error instanceof Error ? error.message || error.name : String(error)
  return new ObjectStoreError('unavailable', `${key}: S3 does not answer: ${said}`, { cause: error })
}
