/** What S3 asks; an input, since it differs by region and contract and changes. */
export interface Prices {
  readonly name: string
  /** When somebody last looked. */
  readonly asOf: string
  /** Dollars for a GB (10^9 bytes) kept for a month. */
  readonly gigabyteMonth: number
  /** Dollars for a thousand PUT requests. */
  readonly thousandPuts: number
}

/** A public list price, to have an order of magnitude; what you pay stands in your contract. */
export const LIST_PRICES: Prices = {
  name: 'list price of Amazon S3 Standard in us-east-1, first 50 TB, not looked up again since',
  asOf: '2026-01',
  gigabyteMonth: 0.023,
  thousandPuts: 0.005,
}
