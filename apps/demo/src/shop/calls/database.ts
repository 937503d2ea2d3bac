import type { StatementEntry } from '../entry.ts'
import { type Answer, type Span, spanOf } from '../trip.ts'

export type Table = 'stock' | 'orders' | 'sessions' | 'carts'

export interface Statement {
  readonly table: Table
  readonly text: string
  /** Whether it waits for locks that others hold on the table. */
  readonly writes: boolean
}

/** A statement that waits for a lock gives up after this long. */
const LOCK_TIMEOUT_MILLIS = 2_000
const SLOW_MILLIS = 40
/** Of a thousand healthy statements, so many are slow enough to be logged. */
const SLOW_SHARE = 0.004

/** Runs a statement in the database; the trace goes along in a comment of the statement. */
export function query({ trip, service, ids }: Span, at: number, statement: Statement): Answer {
  const { random } = trip
  const begun = at + 1
  const span = spanOf(trip, 'database', begun)
  const session = `${service}@shop`
  const pid = 8_000 + random.whole(1, 60)
  const text = `${statement.text} /*traceparent='00-${ids.traceId}-${span.ids.spanId}-01'*/`
  const log = (
    entry: Pick<StatementEntry, 'at' | 'severity' | 'message'> & Partial<Pick<StatementEntry, 'detail'>>,
  ) =>
    trip.log({
      kind: 'statement',
      service: 'database',
      pid,
      session,
      statement: text,
      span: span.ids,
      ...entry,
    })

  const condition = trip.conditionOf('database', begun)
  if (condition.kind === 'locked' && condition.table === statement.table && statement.writes) {
    const { holder, holderPid } = condition
    const detail = `Process ${holderPid} holds AccessExclusiveLock on relation "${statement.table}": ${holder}`
    const waited = `process ${pid} still waiting for RowExclusiveLock on relation "${statement.table}" after 1000.${random.whole(100, 999)} ms`
    log({ at: begun + 1_000, severity: 'LOG', message: waited, detail })
    const end = begun + LOCK_TIMEOUT_MILLIS
    log({ at: end, severity: 'ERROR', message: 'canceling statement due to lock timeout', detail })
    return { end, failure: 'canceling statement due to lock timeout (SQLSTATE 55P03)' }
  }
  const slow = random.chance(SLOW_SHARE)
  const millis = slow ? random.duration(SLOW_MILLIS * 8) : random.duration(4)
  const end = begun + millis
  if (slow) log({ at: end, severity: 'LOG', message: `duration: ${millis}.${random.whole(100, 999)} ms` })
  return { end }
}
