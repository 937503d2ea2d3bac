/**
 * A store of objects, each written once as a whole under a key: what S3 is, with a folder and memory beside it. Whoever
 * reads after a `put` or `delete` has resolved sees what it did.
 *
 * Keys are segments of `A-Z a-z 0-9 . _ -` joined by `/`, 512 characters at most; no segment is `.` or `..`. Anything else
 * is a RangeError. No key may be the folder of another (`a` beside `a/b`): some places cannot keep both.
 *
 * What takes a signal throws its reason when that aborts; whether a put or a delete was done is not known then.
 */
export interface ObjectStore {
  /**
   * Stores an object; durable when it resolves, and nobody ever sees a part of it. An object of that key is replaced, unless
   * `exclusive` is set: then ObjectStoreError `exists`, and of several at once exactly one succeeds. Where it fails with
   * `unavailable`, nobody knows whether it is stored: a second exclusive put may say `exists` of the first one's object.
   */
  put(key: string, body: Uint8Array, options?: PutOptions): Promise<void>
  /** The same with the bytes of a file of this machine, of any size, without holding them in memory. */
  putFile(key: string, path: string, options?: PutOptions): Promise<void>
  /**
   * The bytes of an object, all of them or `length` from `offset` on. Throws ObjectStoreError `missing`, and `range` where the
   * object ends before.
   */
  get(key: string, options?: GetOptions): Promise<Uint8Array>
  /** Size in bytes; undefined where there is no such object. */
  size(key: string, signal?: AbortSignal): Promise<number | undefined>
  /** Objects whose keys begin with `prefix` and come behind `after`, in the order of the bytes of their keys. */
  list(prefix: string, options?: ListOptions): AsyncIterable<ObjectInfo>
  /** Removes objects; those that are not there are removed already. */
  delete(keys: readonly string[], signal?: AbortSignal): Promise<void>
  close(): Promise<void>
}

export interface PutOptions {
  readonly exclusive?: boolean
  readonly signal?: AbortSignal
}

export interface GetOptions {
  readonly range?: { readonly offset: number; readonly length: number }
  readonly signal?: AbortSignal
}

export interface ListOptions {
  readonly after?: string
  readonly signal?: AbortSignal
}

export interface ObjectInfo {
  readonly key: string
  readonly size: number
}

export type ObjectStoreErrorCode =
  | 'missing'
  /** An exclusive put found an object of that key. */
  | 'exists'
  /** The object ends before the range does. */
  | 'range'
  /** Access is denied, or the bucket is not there: trying again does not help. */
  | 'refused'
  /** It does not answer, or not in time; may be tried again. Each call has tried several times by then. */
  | 'unavailable'
  | 'closed'

export class ObjectStoreError extends Error {
  readonly code: ObjectStoreErrorCode
  constructor(code: ObjectStoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ObjectStoreError'
    this.code = code
  }
}
