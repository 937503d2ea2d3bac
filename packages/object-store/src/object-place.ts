import { openFolderObjects } from './folder/folder-objects.ts'
import type { ObjectStore } from './port.ts'
import type { S3Place } from './s3/s3-calls.ts'

/** Where objects are kept. */
export type ObjectPlace =
  | { readonly kind: 'folder'; readonly path: string }
  | ({ readonly kind: 's3' } & S3Place)

/**
 * Opens the objects of a place. The client of S3 is loaded only where it is S3.
 * @param now epoch milliseconds
 */
export async function openObjects(place: ObjectPlace, now: number): Promise<ObjectStore> {
  switch (place.kind) {
    case 'folder':
      return openFolderObjects(place.path, now)
    case 's3': {
      const { openS3Objects } = await import('./s3/index.ts')
      return openS3Objects(place)
    }
  }
}
