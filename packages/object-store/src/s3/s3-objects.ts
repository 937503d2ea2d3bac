import { readFile, stat } from 'node:fs/promises'
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { assertKey, assertPrefix, assertRange } from '../object-key.ts'
import {
  type GetOptions,
  type ListOptions,
  type ObjectInfo,
  type ObjectStore,
  ObjectStoreError,
  type PutOptions,
} from '../port.ts'
import { PART_BYTES, type UploadTarget, uploadInParts } from './multipart-upload.ts'
import { bodyBytes, S3Calls, type S3Place } from './s3-calls.ts'

/** The most that S3 takes in one call. */
const KEYS_OF_A_DELETE = 1_000
/** Times a body is asked for again that broke off. */
const BODY_ATTEMPTS = 3

/** Objects of a bucket, below a prefix. Nothing is asked of the server before the first call. */
export function openS3Objects(place: S3Place): ObjectStore {
  return new S3Objects(place)
}

class S3Objects implements ObjectStore {
  readonly #place: S3Place
  readonly #calls: S3Calls

  constructor(place: S3Place) {
    this.#place = place
    this.#calls = new S3Calls(place)
  }

  async put(key: string, body: Uint8Array, { exclusive, signal }: PutOptions = {}): Promise<void> {
    const put = { ...this.#at(key), Body: body, ...(exclusive && { IfNoneMatch: '*' }) }
    await this.#calls.make(
      key,
      signal,
      (abortSignal) => this.#calls.client.send(new PutObjectCommand(put), { abortSignal }),
      exclusive,
    )
  }

  async putFile(key: string, path: string, options: PutOptions = {}): Promise<void> {
    const target = this.#at(key)
    const { size } = await stat(path)
    if (size <= PART_BYTES) return this.put(key, await readFile(path), options)
    await uploadInParts(this.#calls, target, path, options)
  }

  async get(key: string, { range, signal }: GetOptions = {}): Promise<Uint8Array> {
    const target = this.#at(key)
    if (range === undefined) return this.#read(key, target, undefined, signal)
    assertRange(range)
    if (range.length === 0) return this.#nothing(key, range.offset, signal)
    const last = range.offset + range.length - 1
    const bytes = await this.#read(key, target, `bytes=${range.offset}-${last}`, signal)
    if (bytes.length !== range.length)
      throw new ObjectStoreError('range', `${key} ends before byte ${last + 1}`)
    return bytes
  }

  async size(key: string, signal?: AbortSignal): Promise<number | undefined> {
    const target = this.#at(key)
    try {
      const { ContentLength } = await this.#calls.make(key, signal, (abortSignal) =>
        this.#calls.client.send(new HeadObjectCommand(target), { abortSignal }),
      )
      return ContentLength
    } catch (error) {
      if (error instanceof ObjectStoreError && error.code === 'missing') return undefined
      throw error
    }
  }

  async *list(prefix: string, { after, signal }: ListOptions = {}): AsyncGenerator<ObjectInfo> {
    assertPrefix(prefix)
    const before = this.#place.prefix
    let token: string | undefined
    do {
      const page = await this.#calls.make(prefix, signal, (abortSignal) =>
        this.#calls.client.send(
          new ListObjectsV2Command({
            Bucket: this.#place.bucket,
            Prefix: before + prefix,
            ...(token !== undefined && { ContinuationToken: token }),
            ...(after !== undefined && token === undefined && { StartAfter: before + after }),
          }),
          { abortSignal },
        ),
      )
      for (const { Key, Size } of page.Contents ?? [])
        if (Key !== undefined && Size !== undefined && !Key.endsWith('/'))
          yield { key: Key.slice(before.length), size: Size }
      token = page.IsTruncated ? page.NextContinuationToken : undefined
    } while (token !== undefined)
  }

  async delete(keys: readonly string[], signal?: AbortSignal): Promise<void> {
    const objects = keys.map((key) => ({ Key: this.#at(key).Key }))
    for (let from = 0; from < objects.length; from += KEYS_OF_A_DELETE) {
      const some = objects.slice(from, from + KEYS_OF_A_DELETE)
      const { Errors = [] } = await this.#calls.make('a delete', signal, (abortSignal) =>
        this.#calls.client.send(
          new DeleteObjectsCommand({ Bucket: this.#place.bucket, Delete: { Objects: some, Quiet: true } }),
          { abortSignal },
        ),
      )
      const failed = Errors.find(({ Code }) => Code !== 'NoSuchKey')
      if (failed !== undefined) throw notDeleted(failed)
    }
  }

  async close(): Promise<void> {
    this.#calls.close()
  }

  #at(key: string): UploadTarget {
    assertKey(key)
    return { Bucket: this.#place.bucket, Key: this.#place.prefix + key }
  }

  async #read(
    key: string,
    target: UploadTarget,
    Range: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array> {
    return this.#calls.make(key, signal, async (abortSignal) => {
      const command = new GetObjectCommand({ ...target, ...(Range !== undefined && { Range }) })
      for (let attempt = 1; ; attempt++) {
        const { Body } = await this.#calls.client.send(command, { abortSignal })
        try {
          return await bodyBytes(Body, abortSignal)
        } catch (error) {
          if (abortSignal.aborted || attempt === BODY_ATTEMPTS) throw error
        }
      }
    })
  }

  /** No bytes from `offset` on, which no range of HTTP can ask for. */
  async #nothing(key: string, offset: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const size = await this.size(key, signal)
    if (size === undefined) throw new ObjectStoreError('missing', `${key} is not there`)
    if (offset > size) throw new ObjectStoreError('range', `${key} ends before byte ${offset}`)
    return new Uint8Array()
  }
}

function notDeleted({ Code, Message }: { Code?: string | undefined; Message?: string | undefined }) {
  const again = Code === 'InternalError' || Code === 'SlowDown' || Code === 'ServiceUnavailable'
  return new ObjectStoreError(
    again ? 'unavailable' : 'refused',
    `objects were not deleted: ${Code}: ${Message}`,
  )
}
