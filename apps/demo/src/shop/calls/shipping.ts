import { type Answer, call, type Span, say } from '../trip.ts'

const CARRIERS = ['swiftpost', 'northfreight', 'bikeline'] as const

/** Python, logging. Makes the label. */
export function ship(caller: Span, at: number, orderId: string): Answer {
  return call(caller.trip, 'shipping', at, 3_000, (span) => {
    const { random } = span.trip
    const carrier = random.pick(CARRIERS)
    const quoted = span.at + random.duration(60)
    const offer = `quote for order ${orderId} from ${carrier}: ${random.whole(3, 9)}.90 EUR`
    say(span, 'shipping', quoted, 'info', 'shipping.quotes', offer)
    const end = quoted + random.duration(90)
    const label = `label ${random.hex(10).toUpperCase()} printed for order ${orderId}`
    say(span, 'shipping', end, 'info', 'shipping.labels', label)
    return { end }
  })
}
