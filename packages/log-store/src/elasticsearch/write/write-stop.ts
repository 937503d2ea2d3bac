import type { Nanos } from '@heartwood/event'
import { z } from 'zod'
import { askPatiently, type Patience } from './patient-asking.ts'

/**
 * Whether an index takes writes, and if not who stopped them: a retention of ours, which lets them in again where it does not get
 * to the end, or somebody else (its owner, a policy), whose block stays.
 */
export type WriteStop =
  | { readonly by: 'nobody' | 'others' }
  /** A retention, whose time it was. */
  | { readonly by: 'retention'; readonly at: Nanos }

/** In `_meta` of the mapping: it goes with the index, and whichever writer looks next knows whose block it is. */
const MARK = 'heartwood_writes_stopped_at'

const Settings = z.record(
  z.string(),
  z.object({ settings: z.object({ index: z.object({ blocks: z.object({ write: z.string() }) }) }) }),
)
const Mappings = z.record(
  z.string(),
  z.object({ mappings: z.object({ _meta: z.record(z.string(), z.unknown()).optional() }).optional() }),
)
const Mark = z
  .string()
  .regex(/^\d{1,19}$/)
  .transform((text) => BigInt(text))
const Blocked = z.object({ shards_acknowledged: z.boolean() })

export async function writeStopOf(patience: Patience, index: string): Promise<WriteStop> {
  const answer = await askPatiently(patience, {
    method: 'GET',
    path: `${pathOf(index)}/_settings`,
    query: { filter_path: '*.settings.index.blocks.write' },
  })
  const isBlocked = Object.values(Settings.parse(answer)).some(
    ({ settings }) => settings.index.blocks.write === 'true',
  )
  if (!isBlocked) return { by: 'nobody' }
  const mark = Mark.safeParse((await metaOf(patience, index))[MARK])
  return mark.success ? { by: 'retention', at: mark.data } : { by: 'others' }
}

/** Resolves when the writes under way have ended; to false where Elasticsearch cannot tell. */
export async function stopWrites(patience: Patience, index: string, now: Nanos): Promise<boolean> {
  await setMeta(patience, index, { ...(await metaOf(patience, index)), [MARK]: String(now) })
  const answer = await askPatiently(patience, { method: 'PUT', path: `${pathOf(index)}/_block/write` })
  return Blocked.parse(answer).shards_acknowledged
}

/** Where this fails a later retention does it: until then what is written waits. */
export async function letWrite(patience: Patience, index: string): Promise<void> {
  try {
    await askPatiently(patience, {
      method: 'PUT',
      path: `${pathOf(index)}/_settings`,
      body: { index: { blocks: { write: null } } },
    })
    // Only then: a block without the mark would be taken for somebody else's.
    const { [MARK]: _at, ...others } = await metaOf(patience, index)
    await setMeta(patience, index, others)
  } catch {
    // The mark is still there.
  }
}

async function metaOf(patience: Patience, index: string): Promise<Readonly<Record<string, unknown>>> {
  const answer = await askPatiently(patience, {
    method: 'GET',
    path: `${pathOf(index)}/_mapping`,
    query: { filter_path: '*.mappings._meta' },
  })
  return Object.values(Mappings.parse(answer))[0]?.mappings?._meta ?? {}
}

async function setMeta(
  patience: Patience,
  index: string,
  meta: Readonly<Record<string, unknown>>,
): Promise<void> {
  await askPatiently(patience, {
    method: 'PUT',
    path: `${pathOf(index)}/_mapping`,
    body: { _meta: meta },
  })
}

function pathOf(index: string): string {
  return `/${encodeURIComponent(index)}`
}
