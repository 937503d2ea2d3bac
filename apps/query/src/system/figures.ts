import type { AppReport } from '@heartwood/runtime'

/** The sum of a figure over all its labels, or those that are asked for; null where its app does not say. */
export function figure(
  report: AppReport | undefined,
  name: string,
  isAsked: (labels: Readonly<Record<string, string>>) => boolean = () => true,
): number | null {
  if (report === undefined) return null
  return report.figures
    .filter((each) => each.name === name && isAsked(each.labels))
    .reduce((sum, { value }) => sum + value, 0)
}

/** A figure by one of its labels, in the order of the label's values. */
export function figuresBy(report: AppReport, name: string, label: string): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { labels, value } of report.figures.filter((each) => each.name === name)) {
    const key = labels[label] ?? ''
    sums.set(key, (sums.get(key) ?? 0) + value)
  }
  return new Map([...sums].sort(([a], [b]) => (a < b ? -1 : 1)))
}
