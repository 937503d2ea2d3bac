const UNITS = [
  { name: 'day', millis: 86_400_000 },
  { name: 'hour', millis: 3_600_000 },
  { name: 'minute', millis: 60_000 },
  { name: 'second', millis: 1_000 },
] as const

/** A length of time in its largest whole unit: `3 days`, `1 hour`, `40 seconds`; under a second, `0.4 seconds`. */
export function spanText(millis: number): string {
  const unit = UNITS.find((each) => millis >= each.millis)
  if (unit === undefined)
    return millis <= 0 ? '0 seconds' : `${(Math.ceil(millis / 100) / 10).toFixed(1)} seconds`
  const amount = Math.floor(millis / unit.millis)
  return `${amount.toLocaleString('en')} ${unit.name}${amount === 1 ? '' : 's'}`
}
