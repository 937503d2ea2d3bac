import { toLogJson } from '@heartwood/api'
import { type EventBatch, exactJson, rowOf, textAt } from '@heartwood/event'

/** A message for the topic of errors. */
export interface ErrorMessage {
  readonly key: string | undefined
  readonly value: Uint8Array
  /** Without what was received, for a topic that takes no more. */
  readonly shortened: () => Uint8Array
}

/** `error`, as OpenTelemetry numbers severities. */
const ERROR = 17

/** The events of level error and above, each as the API writes it; the errors of a service stay in order by its name as key. */
export function errorEvents(events: EventBatch, leftOut: ReadonlySet<number>): ErrorMessage[] {
  const messages: ErrorMessage[] = []
  const services = events.text.get('service')
  for (let row = 0; row < events.length; row++) {
    if ((events.severity_number[row] ?? 0) < ERROR || leftOut.has(row)) continue
    const event = toLogJson(rowOf(events, row))
    messages.push({
      key: textAt(services, row),
      value: Buffer.from(exactJson(event)),
      shortened: () => Buffer.from(exactJson({ ...event, raw: undefined })),
    })
  }
  return messages
}
