import { type SpoilingProxy, spoilingProxy } from './spoiling-proxy.ts'

/**
 * What becomes of uploads, those of segments as of entries of the manifest. `break half-way`: the connection ends when S3 has
 * half of the body. `lose answers`: S3 carries them out, and the connection ends instead of the answer.
 */
export type UploadFate = 'break half-way' | 'lose answers'

export type S3Proxy = SpoilingProxy<UploadFate>

/** Stands between the product and an S3 server. */
export function s3Proxy(upstream: string): Promise<S3Proxy> {
  return spoilingProxy<UploadFate>(upstream, {
    isMeant: ({ method }) => method === 'PUT',
    spoil(passage, fate) {
      switch (fate) {
        case 'break half-way':
          passage.breakHalfWay()
          break
        case 'lose answers':
          passage.loseAnswer()
      }
    },
  })
}
