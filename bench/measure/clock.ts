/** Microseconds of the clock that all processes of the machine share and nobody sets. */
export function monotonicMicros(): number {
  return Number(process.hrtime.bigint() / 1_000n)
}

/** Microseconds since 1970. */
export function nowMicros(): number {
  return Math.floor((performance.timeOrigin + performance.now()) * 1_000)
}
