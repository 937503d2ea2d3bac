import { randomUUID } from 'node:crypto'
import { type ObjectStore, openObjects } from '@heartwood/object-store'
import { s3Place } from '../../../../scripts/stack/s3.ts'

/** Objects that nobody else has, in an S3 server of tests. */
export function ownS3Objects(endpoint: string): Promise<ObjectStore> {
  return openObjects({ kind: 's3', ...s3Place(endpoint, `t-${randomUUID()}/`) }, Date.now())
}
