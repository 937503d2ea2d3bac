import { call, type Span, say } from '../trip.ts'

/** Python, structlog. Nobody waits for it. */
export function queueEmail(caller: Span, at: number, orderId: string): void {
  call(caller.trip, 'email', at, 2_000, (span) => {
    const { random, shopper } = span.trip
    const fields = { template: 'order_confirmation', user_id: shopper.userId, order_id: orderId }
    say(span, 'email', span.at, 'info', 'email.queue', 'mail queued', { fields })
    const end = span.at + random.duration(420)
    if (random.chance(0.02)) {
      const bounced = { fields: { ...fields, smtp_code: 450, retry_in_s: 60 } }
      say(span, 'email', end, 'warn', 'email.smtp', 'mailbox busy, trying again', bounced)
    } else {
      const sent = { fields: { ...fields, smtp_code: 250 } }
      say(span, 'email', end, 'info', 'email.smtp', 'mail sent', sent)
    }
    return { end }
  })
}
