import { amount, type Product } from '../catalog.ts'
import { type Answer, call, type Span, say } from '../trip.ts'
import { readCart } from './cart.ts'
import { query } from './database.ts'
import { queueEmail } from './email.ts'
import { reserveStock } from './inventory.ts'
import { charge } from './payment.ts'
import { ship } from './shipping.ts'

const LOGGER = 'c.s.checkout.OrderService'

/** Java, logback with stack traces. Makes an order of a cart. */
export function placeOrder(caller: Span, at: number, product: Product): Answer {
  return call(caller.trip, 'checkout', at, 9_000, (span) => {
    const { random, shopper } = span.trip
    const orderId = `${random.whole(100_000, 999_999)}`
    const cents = product.cents * random.whole(1, 4)
    const begin = `order ${orderId} for cart ${shopper.cartId} of ${shopper.userId}: ${amount(cents)} EUR`
    say(span, 'checkout', span.at, 'info', LOGGER, begin)

    const steps: readonly ((from: number) => Answer)[] = [
      (from) => readCart(span, from),
      (from) => reserveStock(span, from, product, 3_000),
      (from) => charge(span, from, orderId, cents),
      (from) => {
        const first = ship(span, from, orderId)
        return first.failure === undefined ? first : ship(span, first.end, orderId)
      },
      (from) => {
        const text = `INSERT INTO orders (id, user_id, cents) VALUES (${orderId}, '${shopper.userId}', ${cents})`
        return query(span, from, { table: 'orders', text, writes: true })
      },
    ]
    let done = span.at
    for (const step of steps) {
      const { end, failure } = step(done)
      done = end
      if (failure === undefined) continue
      const level = failure === 'card declined' ? 'warn' : 'error'
      const stack = level === 'error' ? stackOf(failure) : []
      say(span, 'checkout', done + 1, level, LOGGER, `order ${orderId} failed: ${failure}`, { stack })
      return { end: done + 1, failure: level === 'warn' ? failure : 'checkout could not place the order' }
    }
    say(span, 'checkout', done, 'info', LOGGER, `order ${orderId} placed in ${done - span.at} ms`)
    queueEmail(span, done, orderId)
    return { end: done }
  })
}

function stackOf(failure: string): string[] {
  return [
    `shop.checkout.OrderException: ${failure}`,
    '\tat shop.checkout.OrderService.step(OrderService.java:214)',
    '\tat shop.checkout.OrderService.place(OrderService.java:88)',
    '\tat shop.checkout.OrderController.post(OrderController.java:51)',
    '\tat java.base/java.lang.VirtualThread.run(VirtualThread.java:329)',
  ]
}
