export type { S3Place } from './s3-calls.ts'
export { openS3Objects } from './s3-objects.ts'
