import type { Random } from './random.ts'

export interface Product {
  readonly sku: string
  readonly name: string
  readonly cents: number
}

const PRODUCTS = [
  { sku: 'MUG-OAK', name: 'oak mug', cents: 1_450 },
  { sku: 'MUG-ASH', name: 'ash mug', cents: 1_390 },
  { sku: 'TEAPOT-2L', name: 'teapot', cents: 4_900 },
  { sku: 'LAMP-DESK', name: 'desk lamp', cents: 6_250 },
  { sku: 'CHAIR-OAK', name: 'oak chair', cents: 18_900 },
  { sku: 'SHELF-3', name: 'wall shelf', cents: 7_800 },
  { sku: 'RUG-WOOL', name: 'wool rug', cents: 15_900 },
  { sku: 'CLOCK-W', name: 'wall clock', cents: 3_950 },
  { sku: 'KNIFE-CH', name: 'chef knife', cents: 8_400 },
  { sku: 'BOARD-CUT', name: 'cutting board', cents: 2_600 },
] as const satisfies readonly Product[]

const SEARCHES = [
  'mug',
  'oak',
  'lamp',
  'gift',
  'shelf',
  'teapot',
  'wool rug',
  'knife',
  'clok',
  'chair',
] as const

export function productOf(random: Random): Product {
  return random.pick<Product>(PRODUCTS)
}

export function searchTextOf(random: Random): string {
  return random.pick(SEARCHES)
}

/** `14.50` for 1450. */
export function amount(cents: number): string {
  return (cents / 100).toFixed(2)
}
