import type { LogJson } from '@heartwood/api'

/** What a row of the list says of an audit event. */
export interface AuditRow {
  readonly id: string
  readonly at: string
  readonly who: string
  readonly where: string
  readonly message: string
  readonly isWarning: boolean
  readonly isFailure: boolean
}

export function prepareRow(log: LogJson): AuditRow {
  const text = (key: string) => {
    const value = log.attributes[key]
    return typeof value === 'string' ? value : ''
  }
  const who = text('user.name')
  const where = text('client.address') || text('heartwood.instance') || text('heartwood.app')
  return {
    id: log.id,
    at: log['@timestamp'],
    who,
    where: where === who ? '' : where,
    message: log.message,
    isWarning: log.level !== 'info',
    isFailure: text('event.outcome') === 'failure',
  }
}

/** Everything that is known of an audit event, by name, what nearly all of them have last. */
export function prepareFacts(log: LogJson): readonly (readonly [name: string, value: string])[] {
  const own = [
    ['level', log.level],
    ['hostname', log.hostname],
    ['request_id', log.request_id],
    ['trace_id', log.trace_id],
    ['id', log.id],
  ].flatMap(([name, value]) => (name === undefined || value === undefined ? [] : [[name, value] as const]))
  const attributes = Object.entries(log.attributes)
    .map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)] as const)
    .sort(([a], [b]) => rankOf(a) - rankOf(b) || a.localeCompare(b, 'en'))
  return [...attributes, ...own]
}

const FIRST = ['event.action', 'event.outcome', 'user.name', 'client.address', 'heartwood.']

function rankOf(name: string): number {
  const rank = FIRST.findIndex((start) => name.startsWith(start))
  return rank === -1 ? FIRST.length : rank
}
