const UNITS = ['MB', 'GB', 'TB', 'PB'] as const

/** A number of bytes as a person reads it, in powers of 1,000: `12 kB`, `3.4 MB`, `120 MB`, `2.5 GB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.ceil(bytes / 1_000)} kB`
  let amount = bytes / 1_000_000
  let unit = 0
  // What would be written as 1000 of a unit is 1 of the next.
  while (amount >= 999.5 && unit < UNITS.length - 1) {
    amount /= 1_000
    unit++
  }
  return `${amount.toFixed(amount < 9.95 ? 1 : 0)} ${UNITS[unit]}`
}
