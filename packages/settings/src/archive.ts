import { resolve } from 'node:path'
import type { Settings } from './settings.ts'

/** Where the archive is kept: what the object store takes for its place. */
export type ArchivePlace =
  | { readonly kind: 'folder'; readonly path: string }
  | {
      readonly kind: 's3'
      readonly bucket: string
      readonly prefix: string
      readonly region: string
      readonly endpoint: string | undefined
      readonly pathStyle: boolean
    }

type ArchiveSettings = Pick<
  Settings,
  'HEARTWOOD_ARCHIVE' | 'S3_BUCKET' | 'S3_PREFIX' | 'S3_REGION' | 'S3_ENDPOINT' | 'S3_PATH_STYLE'
>

/** The place of the archive; undefined where there is none. A folder's path is absolute. */
export function archivePlace(settings: ArchiveSettings): ArchivePlace | undefined {
  const { HEARTWOOD_ARCHIVE: archive, S3_BUCKET: bucket, S3_ENDPOINT: endpoint } = settings
  if (archive === 'off') return undefined
  if (archive !== 's3') return { kind: 'folder', path: resolve(archive) }
  if (bucket === undefined) return undefined
  return {
    kind: 's3',
    bucket,
    prefix: settings.S3_PREFIX,
    region: settings.S3_REGION,
    endpoint,
    pathStyle: (settings.S3_PATH_STYLE ?? (endpoint === undefined ? 'off' : 'on')) === 'on',
  }
}

/** What people call the archive's place. */
export function archiveName(place: ArchivePlace): string {
  return place.kind === 'folder' ? place.path : `s3://${place.bucket}/${place.prefix}`.replace(/\/$/, '')
}

/** What is missing for the archive, one sentence; undefined where nothing is. */
export function halfArchive({
  HEARTWOOD_ARCHIVE,
  S3_BUCKET,
}: Pick<Settings, 'HEARTWOOD_ARCHIVE' | 'S3_BUCKET'>): string | undefined {
  if (HEARTWOOD_ARCHIVE !== 's3' || S3_BUCKET !== undefined) return undefined
  return 'HEARTWOOD_ARCHIVE is s3 and S3_BUCKET is not set: name the bucket that the archive is kept in.'
}
