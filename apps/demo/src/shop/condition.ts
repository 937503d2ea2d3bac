import type { AppEntry } from './entry.ts'
import type { ServiceName } from './services.ts'

/** How a service does at some moment. */
export type Condition =
  | { readonly kind: 'healthy' }
  /** Everything takes longer, milliseconds. */
  | { readonly kind: 'slow'; readonly millis: number }
  /** It neither answers nor says anything. */
  | { readonly kind: 'silent' }
  /** A share of the calls fails, and it says why. */
  | { readonly kind: 'failing'; readonly share: number; readonly failure: CallFailure }
  /** Only the database: statements on the table wait for a lock that somebody holds. */
  | { readonly kind: 'locked'; readonly table: string; readonly holder: string; readonly holderPid: number }

export interface CallFailure extends Pick<AppEntry, 'logger' | 'message' | 'fields' | 'stack'> {
  readonly service: AppEntry['service']
  /** What the caller is told. */
  readonly answer: string
}

export type ConditionOf = (service: ServiceName, at: number) => Condition

export const HEALTHY: Condition = { kind: 'healthy' }
