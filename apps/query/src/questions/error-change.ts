import type { Change } from '@heartwood/api'

/** Events and errors of one value in a time and in the time of the same length before. */
export interface Compared {
  readonly count: number
  readonly errors: number
  readonly previous_count: number
  readonly previous_errors: number
}

/**
 * How much more errors there are than before, in standard deviations of what chance does to two counts of the same rate:
 * the difference of their square roots, since the root of a Poisson count varies by a half whatever the rate is. So 3 after
 * 0 is little, 30 after 10 is much, and 10,050 after 10,000 is nothing. F. J. Anscombe, The transformation of Poisson,
 * binomial and negative-binomial data (Biometrika 35, 1948).
 */
export function errorScore({ errors, previous_errors }: Compared): number {
  return Math.SQRT2 * (Math.sqrt(errors + 3 / 8) - Math.sqrt(previous_errors + 3 / 8))
}

/** Chance goes so far once in some hundred comparisons, and a page shows some dozen. */
const MUCH = 3
/** Of very many errors a few more are no chance, and yet no news. */
const NOTABLE_RATIO = 1.2
/** Chance makes a value that occurs so often go missing once in 20,000 times. */
const USUAL = 10

export function changeOf(compared: Compared): Change {
  const { count, errors, previous_count, previous_errors } = compared
  const score = errorScore(compared)
  if (previous_count === 0) return 'new'
  if (score >= MUCH && errors >= NOTABLE_RATIO * previous_errors) return 'errors_up'
  // Where errors were most of it, as where a query asks for them, their end is good news.
  if (count === 0 && previous_errors < previous_count / 2) return previous_count >= USUAL ? 'gone' : 'steady'
  if (score <= -MUCH && errors * NOTABLE_RATIO <= previous_errors) return 'errors_down'
  return 'steady'
}

/**
 * The order in which to look at them: errors that went up and new values with as many of them by their score, then what is
 * gone, other new ones, and the rest, each with most errors first.
 */
export function worstFirst<T extends Compared>(a: T, b: T): number {
  return rank(a) - rank(b) || weight(b) - weight(a) || mostErrorsFirst(a, b)
}

export function mostErrorsFirst(a: Compared, b: Compared): number {
  return b.errors - a.errors || b.count - a.count
}

function rank(compared: Compared): number {
  switch (changeOf(compared)) {
    case 'errors_up':
      return 0
    case 'new':
      return errorScore(compared) >= MUCH ? 0 : 2
    case 'gone':
      return 1
    case 'steady':
    case 'errors_down':
      return 3
  }
}

function weight(compared: Compared): number {
  switch (rank(compared)) {
    case 0:
      return errorScore(compared)
    case 1:
      return compared.previous_count
    default:
      return 0
  }
}
