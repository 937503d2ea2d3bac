import { type ObjectStore, ObjectStoreError } from '@heartwood/object-store'
import { z } from 'zod'
import { LogStoreError } from '../../port.ts'
import type { ColdMirror } from '../../segments/cold/cold-place.ts'
import {
  FieldEntry,
  printVersioned,
  SegmentInfo,
  versionedJson,
} from '../../segments/manifest/manifest-format.ts'

/** Whose segments these are: the name that the store has in its folder. */
export const OWNER_KEY = 'owner.json'
/** Where the store of one machine mirrors what its manifest says of the segments that it has moved. */
export const MIRROR_KEY = 'manifest/store.json'
/** Where it says the same of each that it has moved since. */
const MOVES_PREFIX = 'manifest/moved/'

const Owner = z.object({ store: z.string() })
const Move = z.object({ fields: z.array(FieldEntry), segment: SegmentInfo })
const Mirror = z.object({
  generation: z.number().int(),
  fields: z.array(FieldEntry),
  segments: z.array(SegmentInfo),
})

/** What the manifest says of one segment that was moved, with the fields of its columns. */
export interface Move {
  readonly fields: readonly FieldEntry[]
  readonly segment: SegmentInfo
}

export function moveKey(file: string): string {
  return `${MOVES_PREFIX}${file}.json`
}

/** Throws ObjectStoreError. */
export async function moveKeys(objects: Pick<ObjectStore, 'list'>, signal?: AbortSignal): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of objects.list(MOVES_PREFIX, withSignal(signal))) keys.push(key)
  return keys
}

export function printMirror(mirror: ColdMirror): Uint8Array {
  return Buffer.from(printVersioned(mirror))
}

export function printMove(move: Move): Uint8Array {
  return Buffer.from(printVersioned(move))
}

/**
 * The mirror of an object store; undefined where there is none. Throws LogStoreError `corrupt` or `newer_format`, and
 * ObjectStoreError.
 * @param place what errors call the object store
 */
export function readMirror(
  objects: Pick<ObjectStore, 'get'>,
  place: string,
  signal?: AbortSignal,
): Promise<ColdMirror | undefined> {
  return readJson(objects, { key: MIRROR_KEY, place, signal }, (text, name) =>
    Mirror.parse(versionedJson(text, name)),
  )
}

/** One of `moveKeys`; undefined where it went meanwhile. Throws as `readMirror` does. */
export function readMove(
  objects: Pick<ObjectStore, 'get'>,
  { key, place, signal }: Asked,
): Promise<Move | undefined> {
  return readJson(objects, { key, place, signal }, (text, name) => Move.parse(versionedJson(text, name)))
}

/** The name of the store whose segments these are; undefined where there is none. Throws as `readMirror` does. */
export function readOwner(
  objects: Pick<ObjectStore, 'get'>,
  place: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  return readJson(objects, { key: OWNER_KEY, place, signal }, (text) => Owner.parse(JSON.parse(text)).store)
}

interface Asked {
  readonly key: string
  readonly place: string
  readonly signal: AbortSignal | undefined
}

async function readJson<T>(
  objects: Pick<ObjectStore, 'get'>,
  { key, place, signal }: Asked,
  parse: (text: string, name: string) => T,
): Promise<T | undefined> {
  const bytes = await objects.get(key, withSignal(signal)).catch((error: unknown) => {
    if (error instanceof ObjectStoreError && error.code === 'missing') return undefined
    throw error
  })
  if (bytes === undefined) return undefined
  const name = `${place}/${key}`
  try {
    return parse(Buffer.from(bytes).toString(), name)
  } catch (cause) {
    if (cause instanceof LogStoreError) throw cause
    throw new LogStoreError('corrupt', `${name} does not hold what was written`, { cause })
  }
}

function withSignal(signal: AbortSignal | undefined) {
  return signal === undefined ? {} : { signal }
}
