import { Gauge, type Registry } from 'prom-client'

/** Makes gauges whose names begin with `prefix` and whose values are looked at when somebody asks. */
export function gaugesOf(
  register: Registry,
  prefix: string,
): (name: string, help: string, value: () => number) => void {
  return (name, help, value) => {
    new Gauge({
      name: `${prefix}${name}`,
      help,
      registers: [register],
      collect() {
        this.set(value())
      },
    })
  }
}

/** How many records of each partition an app still has to deal with; asked when somebody looks, and nothing while it is not known. */
export function partitionLagGauge(
  register: Registry,
  { name, help }: { readonly name: string; readonly help: string },
  lag: () => Promise<ReadonlyMap<number, bigint>>,
): void {
  new Gauge({
    name,
    help,
    labelNames: ['partition'],
    registers: [register],
    async collect() {
      const lags = await lag().catch(() => new Map<number, bigint>())
      this.reset()
      for (const [partition, records] of lags) this.set({ partition }, Number(records))
    },
  })
}
