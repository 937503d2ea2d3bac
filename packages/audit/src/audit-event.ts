import type { Actor } from './actor.ts'

/**
 * What is audited: what the product did and what was done with it, by the words of ECS (`event.action`, `event.category`,
 * `event.type`). What only reads is told apart, since much of it comes.
 */
export const AUDIT_ACTIONS = {
  start: { category: 'process', type: 'start' },
  stop: { category: 'process', type: 'end' },
  configuration: { category: 'configuration', type: 'info' },
  'configuration-change': { category: 'configuration', type: 'change' },
  'sign-in': { category: 'authentication', type: 'start' },
  'sign-out': { category: 'authentication', type: 'end' },
  'access-refused': { category: 'authentication', type: 'denied' },
  search: { category: 'database', type: 'access' },
  export: { category: 'database', type: 'access' },
  aggregate: { category: 'database', type: 'access' },
  percentiles: { category: 'database', type: 'access' },
  patterns: { category: 'database', type: 'access' },
  compare: { category: 'database', type: 'access' },
  tail: { category: 'database', type: 'access' },
  'read-log': { category: 'database', type: 'access' },
  'read-context': { category: 'database', type: 'access' },
  'read-dead-letters': { category: 'database', type: 'access' },
  delete: { category: 'database', type: 'deletion' },
  'dismiss-dead-letters': { category: 'database', type: 'deletion' },
  'replay-dead-letters': { category: 'database', type: 'change' },
  restore: { category: 'database', type: 'change' },
  'save-search': { category: 'configuration', type: 'creation' },
  'replace-saved-search': { category: 'configuration', type: 'change' },
  'remove-saved-search': { category: 'configuration', type: 'deletion' },
  'stop-demo': { category: 'configuration', type: 'change' },
  'delete-demo': { category: 'database', type: 'deletion' },
  'audit-gap': { category: 'database', type: 'error' },
} as const satisfies Record<string, { readonly category: string; readonly type: string }>
export type AuditAction = keyof typeof AUDIT_ACTIONS

/** `unknown` is what was begun: another event with the same `correlation` says how it ended, unless the process was killed. */
export type AuditOutcome = 'success' | 'failure' | 'unknown'

/** One thing that was done, as whoever did it knows it; time, process and host are the trail's to add. */
export interface AuditEvent {
  readonly action: AuditAction
  readonly outcome: AuditOutcome
  /** For people, one line. */
  readonly message: string
  /** Who; the product itself where nobody asked for it. */
  readonly actor?: Actor | undefined
  /** Of what belongs together: the request. */
  readonly requestId?: string | undefined
  /** W3C trace id, where the client sent one. */
  readonly traceId?: string | undefined
  /** Further attributes by dotted name; one that is undefined is left out. */
  readonly attributes?: Readonly<Record<string, string | number | boolean | undefined>>
  /** Of level warn whatever the outcome. */
  readonly isWarning?: boolean
}
