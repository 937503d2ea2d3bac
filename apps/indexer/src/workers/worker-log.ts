import type { WorkerReport } from './worker-messages.ts'

/** What a line of the log says beside its message. */
export interface LogFields {
  readonly partition?: number
  readonly position?: string
  readonly err?: unknown
}

/** Where a worker logs to. */
export type WorkerLog = (level: 'info' | 'warn' | 'error', message: string, fields?: LogFields) => void

/** The lines are written by the main thread. */
export function logTo(report: (line: Extract<WorkerReport, { kind: 'log' }>) => void): WorkerLog {
  return (level, message, { err, ...fields } = {}) =>
    report({
      kind: 'log',
      level,
      message,
      fields: { ...fields, ...(err !== undefined && { err: errorFields(err) }) },
    })
}

/** An error as the log would write it; what hangs on it besides may not be able to cross to another thread. */
function errorFields(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error)
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...('code' in error && { code: String(error.code) }),
    ...(error.cause !== undefined && { cause: errorFields(error.cause) }),
  }
}
