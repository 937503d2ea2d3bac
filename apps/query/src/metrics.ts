import type { FastifyInstance } from 'fastify'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { TailService } from './tail/tail-service.ts'

/** How long answers take by route and status, and how many tails are open. */
export function countRequests(server: FastifyInstance, registry: Registry, tails: TailService): void {
  const duration = new Histogram({
    name: 'heartwood_query_duration_seconds',
    help: 'Time from request to answer, by route and status',
    labelNames: ['route', 'status'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [registry],
  })
  new Gauge({
    name: 'heartwood_query_tails_open',
    help: 'Live tails open now',
    registers: [registry],
    collect() {
      this.set(tails.count())
    },
  })
  server.addHook('onResponse', async (request, reply) => {
    duration.observe(
      { route: request.routeOptions.url ?? 'unknown', status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    )
  })
}

/** Counts index files that are not what was written: questions are slower without them. */
export function damagedIndexCounter(registry: Registry): Counter {
  return new Counter({
    name: 'heartwood_query_damaged_indexes_total',
    help: 'Index files found missing or damaged; their segments are read without them',
    registers: [registry],
  })
}
