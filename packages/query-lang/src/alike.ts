/**
 * How many letters must be put in, taken out, changed or swapped with their neighbour to make one word of another, any case
 * (optimal string alignment distance); `limit` + 1 for all that takes more.
 */
export function editDistance(a: string, b: string, limit: number): number {
  const [from, to] = [[...a.toLowerCase()], [...b.toLowerCase()]]
  if (Math.abs(from.length - to.length) > limit) return limit + 1
  let beforeLast: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, i) => i)
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    for (let j = 1; j <= to.length; j++) {
      const isSame = from[i - 1] === to[j - 1]
      let least = Math.min((row[j - 1] ?? 0) + 1, (last[j] ?? 0) + 1, (last[j - 1] ?? 0) + (isSame ? 0 : 1))
      if (from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1])
        least = Math.min(least, (beforeLast[j - 2] ?? 0) + 1)
      row.push(least)
    }
    beforeLast = last
    last = row
  }
  return Math.min(last[to.length] ?? 0, limit + 1)
}

/** The word that is most like another, the first of several; undefined where none is like enough to be meant. */
export function mostAlike(word: string, candidates: Iterable<string>): string | undefined {
  const limit = word.length < 3 ? 0 : word.length < 6 ? 1 : word.length < 12 ? 2 : 3
  let best: string | undefined
  let least = limit + 1
  for (const candidate of candidates) {
    const distance = candidate === word ? least : editDistance(word, candidate, limit)
    if (distance < least) [best, least] = [candidate, distance]
  }
  return best
}
