import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** What the alerter tells about itself; all names begin with `heartwood_alerter_`. */
export interface AlerterMetrics {
  readonly evaluations: Counter<'rule' | 'outcome'>
  readonly evaluationSeconds: Histogram
  readonly deliveries: Counter<'receiver' | 'outcome'>
  readonly rules: Gauge
  readonly rulesFileBroken: Gauge
}

export function alerterMetrics(register: Registry, waiting: () => Promise<number>): AlerterMetrics {
  const registers = [register]
  new Gauge({
    name: 'heartwood_alerter_notifications_waiting',
    help: 'Notifications that are not delivered yet',
    registers,
    async collect() {
      this.set(await waiting().catch(() => Number.NaN))
    },
  })
  return {
    evaluations: new Counter({
      name: 'heartwood_alerter_evaluations_total',
      help: 'Evaluations of a rule, by outcome (known, unknown, error)',
      labelNames: ['rule', 'outcome'],
      registers,
    }),
    evaluationSeconds: new Histogram({
      name: 'heartwood_alerter_evaluation_seconds',
      help: 'Time of one evaluation with its transaction',
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30],
      registers,
    }),
    deliveries: new Counter({
      name: 'heartwood_alerter_deliveries_total',
      help: 'Attempts to deliver a notification, by outcome (delivered, postponed, failed)',
      labelNames: ['receiver', 'outcome'],
      registers,
    }),
    rules: new Gauge({ name: 'heartwood_alerter_rules', help: 'Rules in force', registers }),
    rulesFileBroken: new Gauge({
      name: 'heartwood_alerter_rules_file_broken',
      help: '1 while the rules file has a mistake and earlier rules are in force',
      registers,
    }),
  }
}
