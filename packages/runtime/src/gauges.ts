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
