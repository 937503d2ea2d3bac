import { OWN_FIELD_NAMES, ownField } from '@heartwood/event'
import { ALL, type Clause, type KeyType, RAW_TERM, readKeyTerm } from '@heartwood/query-lang'
import { z } from 'zod'
import { compareText } from '../../compare-text.ts'
import type { FieldInfo, FieldsRequest } from '../../port.ts'
import { type Asking, askSearch } from './asking.ts'
import { compositeBuckets } from './composite-buckets.ts'
import { planOf } from './event-plan.ts'
import { tellRead } from './totals.ts'

const KeyBucket = z.object({ key: z.object({ key: z.string() }), doc_count: z.number() })
const Own = z.object({ buckets: z.record(z.string(), z.object({ doc_count: z.number() })) })

/** The fields that events of a range have, with their types. Keys that no term is made of are left out. */
export async function fieldsIn(asking: Asking, request: FieldsRequest): Promise<FieldInfo[]> {
  const plan = planOf({ query: ALL, range: request.range }, asking.now())
  await tellRead(asking, plan, request)
  if (plan.isEmpty) return []
  const [own, keyed] = await Promise.all([ownFields(asking, plan.range), keyedFields(asking, plan.range)])
  return [...own, ...keyed].sort((a, b) => compareText(a.name, b.name))
}

async function ownFields(asking: Asking, range: Clause): Promise<FieldInfo[]> {
  const filters = Object.fromEntries(OWN_FIELD_NAMES.map((name) => [name, hasOwn(name)]))
  const { aggregations } = await askSearch(asking, {
    query: range,
    size: 0,
    track_total_hits: false,
    aggs: { own: { filters: { filters } } },
  })
  if (aggregations === undefined) return []
  const { buckets } = Own.parse(aggregations.own)
  return OWN_FIELD_NAMES.flatMap((name) => {
    const events = buckets[name]?.doc_count ?? 0
    return events === 0 ? [] : [{ name, ...ownTypes(name), events }]
  })
}

function hasOwn(name: (typeof OWN_FIELD_NAMES)[number]): Clause {
  return name === 'raw' ? { term: { keys: RAW_TERM } } : { exists: { field: name } }
}

function ownTypes(name: (typeof OWN_FIELD_NAMES)[number]): Pick<FieldInfo, 'types' | 'integers'> {
  const kind = ownField(name)?.kind
  const isNumber = kind === 'number' || kind === 'time'
  return { types: [isNumber ? 'number' : 'string'], integers: isNumber && name !== 'weight' }
}

async function keyedFields(asking: Asking, range: Clause): Promise<FieldInfo[]> {
  const found = new Map<string, { types: Set<KeyType>; events: number }>()
  const sources = [{ key: { terms: { field: 'keys' } } }]
  for await (const buckets of compositeBuckets(asking, { query: range, sources, bucket: KeyBucket })) {
    for (const { key, doc_count } of buckets) {
      const term = readKeyTerm(key.key)
      if (term?.area !== 'attributes' || term.type === 'rest') continue
      const entry = found.get(term.key) ?? { types: new Set(), events: 0 }
      found.set(term.key, entry)
      entry.types.add(term.type)
      entry.events += doc_count
    }
  }
  return [...found].map(([name, { types, events }]) => ({
    name,
    types: [...new Set([...types].flatMap(typeOf))].sort(),
    integers: types.has('int64') && !types.has('double'),
    events,
  }))
}

function typeOf(type: KeyType): FieldInfo['types'][number][] {
  switch (type) {
    case 'int64':
    case 'double':
      return ['number']
    case 'string':
    case 'boolean':
    case 'array':
      return [type]
    case 'rest':
      return []
  }
}
