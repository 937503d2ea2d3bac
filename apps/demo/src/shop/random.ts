import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** Draws that follow from a seed alone. */
export interface Random {
  /** A whole number, both ends included. */
  whole(from: number, to: number): number
  chance(share: number): boolean
  pick<T>(list: readonly [T, ...T[]]): T
  /** Milliseconds as services take them: mostly around `typical`, now and then several times that. */
  duration(typical: number): number
  /** Lower case hexadecimal digits, never all zero. */
  hex(digits: number): string
}

/** Draws for one stretch of time: the same for the same seed and stretch, unlike those of every other. */
export function randomOf(seed: number, stretch: number): Random {
  const generator = xoroshiro128plus(seed ^ Math.imul(stretch, 0x9e3779b1))
  const fraction = () => uniformFloat64(generator)
  return {
    whole: (from, to) => uniformInt(generator, from, to),
    chance: (share) => fraction() < share,
    pick: (list) => list[uniformInt(generator, 0, list.length - 1)] ?? list[0],
    // The sum of two draws is rarely at an end; a long tail is added to it.
    duration: (typical) =>
      Math.max(1, Math.round(typical * (0.5 + (fraction() + fraction()) / 2 + 2 * fraction() ** 12))),
    hex(digits) {
      let text = ''
      while (text.length < digits) {
        text += uniformInt(generator, 0, 0x0fff_ffff).toString(16).padStart(7, '0')
      }
      const cut = text.slice(0, digits)
      return /[^0]/.test(cut) ? cut : `${cut.slice(1)}1`
    },
  }
}
