import type { AppReport } from '@heartwood/runtime'

/** The sum of a figure over all processes of an app and all its labels; null where none of them says anything. */
export function sumOf(reports: readonly AppReport[], name: string): number | null {
  const figures = figuresOf(reports, name)
  return reports.length === 0 ? null : figures.reduce((sum, { value }) => sum + value, 0)
}

/** The same where there is such a figure at all; null where no process has it. */
export function knownSumOf(reports: readonly AppReport[], name: string): number | null {
  return figuresOf(reports, name).length === 0 ? null : sumOf(reports, name)
}

/** The largest of a figure that is one of the whole, as an age is; null where no process says anything. */
export function largestOf(reports: readonly AppReport[], name: string): number | null {
  return reports.length === 0 ? null : Math.max(0, ...figuresOf(reports, name).map(({ value }) => value))
}

/** A figure by one of its labels, in the order of the label's values. */
export function figuresBy(reports: readonly AppReport[], name: string, label: string): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { labels, value } of figuresOf(reports, name)) {
    const key = labels[label] ?? ''
    sums.set(key, (sums.get(key) ?? 0) + value)
  }
  return new Map([...sums].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function figuresOf(reports: readonly AppReport[], name: string): AppReport['figures'] {
  return reports.flatMap(({ figures }) => figures.filter((each) => each.name === name))
}
