import type { ServiceName } from './services.ts'

export type Level = 'debug' | 'info' | 'warn' | 'error' | 'fatal'
export type Fields = Readonly<Record<string, string | number | boolean>>

/** The place of an entry in the trip of a shopper through the services. */
export interface SpanIds {
  readonly traceId: string
  readonly spanId: string
  readonly requestId: string
}

/** What a service says, before its log library has given it a form. Times are epoch milliseconds. */
export type Entry = AppEntry | AccessEntry | ProxyErrorEntry | StatementEntry

export interface AppEntry {
  readonly kind: 'app'
  readonly at: number
  readonly service: Exclude<ServiceName, 'gateway' | 'database'>
  readonly level: Level
  /** Class, module or file that says it. */
  readonly logger: string
  readonly message: string
  readonly fields?: Fields
  readonly stack?: readonly string[]
  readonly span?: SpanIds
}

/** A request that the gateway has answered. */
export interface AccessEntry {
  readonly kind: 'access'
  readonly at: number
  readonly service: 'gateway'
  readonly client: string
  readonly user: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly status: number
  readonly bytes: number
  readonly millis: number
  readonly agent: string
  readonly span: SpanIds
}

/** A request that the gateway could not pass on. */
export interface ProxyErrorEntry {
  readonly kind: 'proxy-error'
  readonly at: number
  readonly service: 'gateway'
  readonly message: string
  readonly client: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly span: SpanIds
}

/** A message of the database server. */
export interface StatementEntry {
  readonly kind: 'statement'
  readonly at: number
  readonly service: 'database'
  readonly severity: 'LOG' | 'WARNING' | 'ERROR' | 'FATAL'
  readonly pid: number
  /** `user@database`; none for the server's own processes. */
  readonly session?: string
  readonly message: string
  readonly detail?: string
  readonly statement?: string
  readonly span?: SpanIds
}
