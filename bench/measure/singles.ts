import type { GeneratedEvent } from '../generator/generated-event.ts'
import type { Target } from './target.ts'

export interface Single {
  readonly event: GeneratedEvent
  readonly micros: number
}

/** An event of level info that a question is to find by its message. */
export function single(message: string, micros: number, service = 'bench-landmark'): Single {
  return {
    micros,
    event: {
      service,
      level: 'info',
      hostname: '',
      message,
      hasFields: false,
      status: 0,
      durationMillis: 0,
      userId: '',
      path: '',
      isTraced: false,
    },
  }
}

/** Sends events one by one made, in one request. */
export function sendSingles(subject: Pick<Target, 'send'>, singles: readonly Single[]): Promise<void> {
  return subject.send(
    singles.map(({ event: { level, service, message }, micros }) => ({
      '@timestamp': new Date(micros / 1_000).toISOString(),
      level,
      service,
      message,
    })),
  )
}
