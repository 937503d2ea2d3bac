import { compareText } from '../compare-text.ts'
import type { TopValue } from '../port.ts'

/**
 * The commonest values of several lists together; undefined where the lists are too short to be certain of them.
 * Each has the commonest values of its part, `asked` at most: a shorter one has them all.
 */
export function commonest(
  lists: readonly (readonly TopValue[])[],
  { limit, asked }: { readonly limit: number; readonly asked: number },
): TopValue[] | undefined {
  // A value that a list lacks occurs there as often as its last one at most.
  const least = lists.map((list) => (list.length < asked ? 0 : (list.at(-1)?.count ?? 0)))
  const unseen = least.reduce((sum, count) => sum + count, 0)
  const counts = new Map<string, { count: number; most: number }>()
  for (const [index, list] of lists.entries()) {
    for (const { value, count } of list) {
      const known = counts.get(value) ?? { count: 0, most: unseen }
      counts.set(value, { count: known.count + count, most: known.most + count - (least[index] ?? 0) })
    }
  }
  const sorted = [...counts].sort(([a, x], [b, y]) => y.count - x.count || compareText(a, b))
  const top = sorted.slice(0, limit)
  const last = top.length < limit ? 0 : (top.at(-1)?.[1].count ?? 0)
  const isCertain =
    top.every(([, { count, most }]) => count === most) &&
    (unseen === 0 || unseen < last) &&
    sorted.slice(limit).every(([, { count, most }]) => count === most || most < last)
  return isCertain ? top.map(([value, { count }]) => ({ value, count })) : undefined
}
