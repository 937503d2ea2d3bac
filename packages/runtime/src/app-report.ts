import type { Registry } from 'prom-client'
import { z } from 'zod'
import type { App } from './app.ts'

/** Where each app answers the others with its report; wants the internal token, also on a port for everybody. */
export const REPORT_PATH = '/internal/report'

const Figure = z.object({
  name: z.string(),
  labels: z.record(z.string(), z.string()),
  value: z.number(),
})
/** A counter or gauge of the product with one set of labels. */
export type Figure = z.infer<typeof Figure>

/** What an app says of itself to the others. */
export const AppReport = z.object({
  /** Epoch milliseconds. */
  started_at: z.number(),
  /** Why it is not ready, by obstacle; none: it is ready. */
  reasons: z.record(z.string(), z.string()),
  warnings: z.record(z.string(), z.string()),
  resident_bytes: z.number(),
  /** Of all its threads since it started, user and system. */
  cpu_seconds: z.number(),
  figures: z.array(Figure),
})
export type AppReport = z.infer<typeof AppReport>

type Reporting = Pick<App, 'metrics' | 'notReady' | 'warnings'> & {
  readonly stopping: Pick<App['stopping'], 'stopping'>
}

export async function reportOf(app: Reporting): Promise<AppReport> {
  const { user, system } = process.cpuUsage()
  return {
    started_at: Math.round(performance.timeOrigin),
    reasons: reasonsOf(app),
    warnings: Object.fromEntries(app.warnings ?? []),
    resident_bytes: process.memoryUsage.rss(),
    cpu_seconds: (user + system) / 1e6,
    figures: await figuresOf(app.metrics),
  }
}

/** Why the app is not ready, by obstacle. */
export function reasonsOf(app: Pick<Reporting, 'notReady' | 'stopping'>): Record<string, string> {
  return app.stopping.stopping ? { stop: 'is stopping' } : Object.fromEntries(app.notReady)
}

const OWN = 'heartwood_'

/** Histograms are left out: they are for the series that Prometheus keeps. */
async function figuresOf(registry: Registry): Promise<Figure[]> {
  const metrics = await registry.getMetricsAsJSON()
  return metrics.flatMap(({ name, values, type }) => {
    // The types of prom-client say an enum of numbers; what comes is its name.
    if (!name.startsWith(OWN) || !['counter', 'gauge'].includes(String(type))) return []
    return values.flatMap(({ labels, value }) =>
      typeof value === 'number' && Number.isFinite(value)
        ? [{ name: name.slice(OWN.length), labels: textLabels(labels), value }]
        : [],
    )
  })
}

function textLabels(labels: Partial<Record<string, string | number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([label, value]) => [label, String(value)]))
}
