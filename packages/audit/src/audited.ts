import type { AuditEvent } from './audit-event.ts'
import type { AuditTrail } from './port.ts'

/** What is about to be done, without how it ends. */
export type Intent = Omit<AuditEvent, 'outcome'>

/**
 * Does what changes something, on the record before it begins and when it has ended: for a delete, or a restore of archived
 * logs. Gives and throws what `work` does.
 * @param found what is worth keeping of the result, such as counts
 */
export async function audited<T>(
  trail: AuditTrail,
  intent: Intent,
  work: () => Promise<T>,
  found: (result: T) => AuditEvent['attributes'] = () => ({}),
): Promise<T> {
  await trail.record({ ...intent, outcome: 'unknown', message: `${intent.message} (begun)` })
  const started = performance.now()
  const ended = (outcome: AuditEvent['outcome'], attributes: AuditEvent['attributes']) =>
    trail.record({
      ...intent,
      outcome,
      attributes: { ...intent.attributes, ...attributes, 'event.duration': nanosSince(started) },
    })
  let result: T
  try {
    result = await work()
  } catch (error) {
    await ended('failure', errorAttributes(error))
    throw error
  }
  await ended('success', found(result))
  return result
}

/** As ECS has it: nanoseconds. */
function nanosSince(started: number): number {
  return Math.round((performance.now() - started) * 1e6)
}

/** Of an error for the record: its code, where it has one, and what it says. */
export function errorAttributes(error: unknown): Record<string, string | undefined> {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  return {
    'error.code': typeof code === 'string' ? code : undefined,
    'error.message': error instanceof Error ? error.message : String(error),
  }
}
