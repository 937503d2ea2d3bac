/** RE2 never runs away, but with so many ways to match it takes long for a line; and no line of `slowLine` does. */
export const SLOW_QUERY =
  '/(payment|order|user|request)( [a-z]+){0,40} (invoice|shipment)( [a-z]+){0,40} never/'

/** A message that takes long to be looked through. */
export function slowLine(n: number): string {
  return `never ${wordsOf(n)} ${n}`
}

const WORDS = 'payment order user request invoice shipment timeout queue retry token'.split(' ')

/** 40 words in an order that does not repeat. */
function wordsOf(seed: number): string {
  let state = seed * 7919 + 1
  const words = Array.from({ length: 40 }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return WORDS[Math.floor(state / 65_536) % WORDS.length]
  })
  return words.join(' ')
}
