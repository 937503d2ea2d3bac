import type { Random } from './random.ts'

export interface Shopper {
  readonly userId: string
  readonly cartId: string
  readonly client: string
  readonly agent: string
}

const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'ShopApp/9.3 (Android 16)',
] as const

const SHOPPERS = 240
/** A cart is bought or forgotten within this long. */
const CART_MILLIS = 20 * 60_000

/** One of those who are in the shop; the same one has the same address, browser and, for a while, cart. */
export function shopperAt(random: Random, at: number): Shopper {
  const number = random.whole(1, SHOPPERS)
  const cart = Math.floor(at / CART_MILLIS + number / SHOPPERS) % 100_000
  return {
    userId: `u-${1000 + number}`,
    cartId: `c-${(number * 100_003 + cart).toString(36)}`,
    client: `198.51.100.${number}`,
    agent: AGENTS[number % AGENTS.length] ?? AGENTS[0],
  }
}
