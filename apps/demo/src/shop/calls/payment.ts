import { amount } from '../catalog.ts'
import { type Answer, call, type Span, say } from '../trip.ts'

const CARDS = ['visa', 'mastercard', 'amex'] as const
const LOGGER = 'shop.payment.ChargeService'

/** Java, ECS JSON. Charges the card. */
export function charge(caller: Span, at: number, orderId: string, cents: number): Answer {
  return call(caller.trip, 'payment', at, 5_000, (span) => {
    const { random } = span.trip
    const card = random.pick(CARDS)
    const fields = { 'order.id': orderId, amount: Number(amount(cents)), currency: 'EUR', card }
    say(span, 'payment', span.at, 'info', LOGGER, `charging ${amount(cents)} EUR`, { fields })
    const end = span.at + random.duration(210)
    if (random.chance(0.03)) {
      const said = `${card} declined: insufficient funds`
      say(span, 'payment', end, 'warn', LOGGER, said, { fields })
      return { end, failure: 'card declined' }
    }
    const authorised = { ...fields, 'auth.code': random.hex(6), 'event.duration_ms': end - span.at }
    say(span, 'payment', end, 'info', LOGGER, 'charge authorised', { fields: authorised })
    return { end }
  })
}
