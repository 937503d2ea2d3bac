import { type Answer, call, type Span, say } from '../trip.ts'
import { query } from './database.ts'

/** Go, slog. Checks tokens and opens sessions. */
export function verifyToken(caller: Span, at: number): Answer {
  return call(caller.trip, 'auth', at, 1_000, (span) => {
    const { random, shopper } = span.trip
    const end = span.at + random.duration(3)
    const fields = { user: shopper.userId, key: '2026-10', took_ms: end - span.at }
    say(span, 'auth', end, 'debug', 'token', 'token verified', { fields })
    return { end }
  })
}

export function openSession(caller: Span, at: number): Answer {
  return call(caller.trip, 'auth', at, 2_000, (span) => {
    const { random, shopper } = span.trip
    const hashed = span.at + random.duration(85)
    if (random.chance(0.06)) {
      const fields = { user: shopper.userId, client: shopper.client, attempts: random.whole(1, 3) }
      say(span, 'auth', hashed, 'warn', 'session', 'wrong password', { fields })
      return { end: hashed, failure: 'wrong password' }
    }
    const text = `INSERT INTO sessions (user_id, expires_at) VALUES ('${shopper.userId}', now() + '12 hours')`
    const stored = query(span, hashed, { table: 'sessions', text, writes: true })
    const fields = { user: shopper.userId, client: shopper.client }
    say(span, 'auth', stored.end, 'info', 'session', 'session opened', { fields })
    return stored
  })
}
