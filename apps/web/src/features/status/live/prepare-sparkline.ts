/** The place of a value in a chart: x and y from 0 to 1, y from the bottom. */
export interface SparkPoint {
  readonly x: number
  readonly y: number
}

export interface SparkValue {
  /** Epoch milliseconds. */
  readonly at: number
  readonly value: number | undefined
}

/**
 * Lines of values over the time up to `now`: a new one behind each gap. The scale begins at 0 and ends at the largest value, or
 * at `least` where that is more, so that what is calm looks calm.
 */
export function sparkLines(
  values: readonly SparkValue[],
  { now, millis, least }: { readonly now: number; readonly millis: number; readonly least: number },
): SparkPoint[][] {
  const top = Math.max(least, ...values.map(({ value }) => value ?? 0))
  const lines: SparkPoint[][] = []
  let line: SparkPoint[] | undefined
  for (const { at, value } of values) {
    if (value === undefined) {
      line = undefined
      continue
    }
    if (line === undefined) {
      line = []
      lines.push(line)
    }
    line.push({ x: Math.min(1, Math.max(0, 1 - (now - at) / millis)), y: value / top })
  }
  return lines
}

/** A line as the `d` of an SVG path in a box of a given size. */
export function pathOf(line: readonly SparkPoint[], width: number, height: number): string {
  return line
    .map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${place(x * width)} ${place((1 - y) * height)}`)
    .join('')
}

function place(value: number): string {
  return value.toFixed(1)
}
