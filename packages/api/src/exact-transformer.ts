import { z } from 'zod'

/**
 * Carries integers of any size through tRPC, whose wire is plain JSON: each bigint travels as decimal text, and `big`
 * lists where they were. The REST answers need none of this: they write the digits as JSON numbers.
 */
export const exactTransformer = {
  serialize(value: unknown): Carried {
    const big: Path[] = []
    const json = withoutBigints(value, [], big)
    return big.length === 0 ? { json } : { json, big }
  },
  /** What is not of the carried shape is nothing: then the schema of the procedure says what it wanted. */
  deserialize(carried: unknown): unknown {
    const { success, data } = Carried.safeParse(carried)
    if (!success) return undefined
    for (const path of data.big ?? []) restore(data, ['json', ...path])
    return data.json
  },
}

const Path = z.array(z.union([z.string(), z.number()]))
type Path = readonly (string | number)[]
const Carried = z.object({ json: z.unknown(), big: z.array(Path).optional() })
export interface Carried {
  readonly json: unknown
  readonly big?: readonly Path[]
}

function withoutBigints(value: unknown, path: Path, big: Path[]): unknown {
  if (typeof value === 'bigint') {
    big.push(path)
    return value.toString()
  }
  if (Array.isArray(value)) return value.map((inner, i) => withoutBigints(inner, [...path, i], big))
  if (typeof value !== 'object' || value === null) return value
  const copy: Record<string, unknown> = Object.create(null)
  for (const [key, inner] of Object.entries(value)) copy[key] = withoutBigints(inner, [...path, key], big)
  return copy
}

function restore(parent: unknown, path: Path): void {
  const [key, ...deeper] = path
  if (key === undefined || typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, key))
    return
  const inner: unknown = Reflect.get(parent, key)
  if (deeper.length > 0) restore(inner, deeper)
  else if (typeof inner === 'string' && /^-?\d+$/.test(inner)) {
    // Not an assignment: `__proto__` is a key a sender may have chosen.
    Object.defineProperty(parent, key, {
      value: BigInt(inner),
      enumerable: true,
      writable: true,
      configurable: true,
    })
  }
}
