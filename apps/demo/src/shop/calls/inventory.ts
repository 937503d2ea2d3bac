import type { Product } from '../catalog.ts'
import { type Answer, call, type Span, say } from '../trip.ts'
import { query } from './database.ts'

/** Go, zap. Reads and reserves stock. */
export function readStock(caller: Span, at: number, product: Product): Answer {
  return call(caller.trip, 'inventory', at, 1_500, (span) => {
    const text = `SELECT on_hand, reserved FROM stock WHERE sku = '${product.sku}'`
    const read = query(span, span.at, { table: 'stock', text, writes: false })
    const fields = { sku: product.sku, on_hand: span.trip.random.whole(3, 240), took_ms: read.end - span.at }
    say(span, 'inventory', read.end, 'debug', 'stock/read.go:58', 'stock read', { fields })
    return read
  })
}

/** Waits longer than the database does for a lock, so that the reason is known. */
export function reserveStock(caller: Span, at: number, product: Product, limit: number): Answer {
  const { trip } = caller
  return call(trip, 'inventory', at, limit, (span) => {
    const busy = trip.conditionOf('database', span.at).kind === 'locked' && trip.random.chance(0.35)
    if (busy) return withoutConnection(span, product)
    const text = `UPDATE stock SET reserved = reserved + 1 WHERE sku = '${product.sku}'`
    const updated = query(span, span.at, { table: 'stock', text, writes: true })
    const { end, failure } = updated
    const fields = { sku: product.sku, took_ms: end - span.at }
    if (failure !== undefined) {
      const more = { fields: { ...fields, error: `pq: ${failure}` } }
      say(span, 'inventory', end + 1, 'error', 'stock/reserve.go:91', 'reservation failed', more)
      return { end: end + 1, failure: `inventory could not reserve ${product.sku}: ${failure}` }
    }
    say(span, 'inventory', end, 'info', 'stock/reserve.go:104', 'stock reserved', { fields })
    return updated
  })
}

/** Statements that wait hold their connections: most calls do not even get to the database. */
function withoutConnection(span: Span, product: Product): Answer {
  const waited = 1_000 + span.trip.random.whole(1, 9)
  const end = span.at + waited
  const fields = { sku: product.sku, took_ms: waited, error: 'pool: all 20 connections are in use' }
  say(span, 'inventory', end, 'error', 'stock/reserve.go:77', 'no database connection', { fields })
  return { end, failure: `inventory could not reserve ${product.sku}: no database connection` }
}
