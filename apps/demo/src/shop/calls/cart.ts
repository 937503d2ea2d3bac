import { amount, type Product } from '../catalog.ts'
import { type Answer, call, type Span, say } from '../trip.ts'
import { verifyToken } from './auth.ts'
import { reserveStock } from './inventory.ts'

/** Node, winston. Carts live in the cache. */
export function readCart(caller: Span, at: number): Answer {
  return call(caller.trip, 'cart', at, 1_500, (span) => {
    const { random, shopper } = span.trip
    const end = span.at + random.duration(5)
    const fields = { cartId: shopper.cartId, userId: shopper.userId, items: random.whole(1, 6) }
    say(span, 'cart', end, 'info', 'cart', 'cart read', { fields })
    return { end }
  })
}

export function addToCart(caller: Span, at: number, product: Product): Answer {
  return call(caller.trip, 'cart', at, 4_000, (span) => {
    const { shopper } = span.trip
    const verified = verifyToken(span, span.at)
    const fields = { cartId: shopper.cartId, userId: shopper.userId, sku: product.sku }
    if (verified.failure !== undefined) {
      const said = `cannot check who adds ${product.sku}: ${verified.failure}`
      say(span, 'cart', verified.end, 'error', 'cart', said, { fields })
      return { end: verified.end, failure: 'cart could not verify the token' }
    }
    // Impatient: it gives up before the database says why.
    const reserved = reserveStock(span, verified.end, product, 1_500)
    const end = reserved.end + 2
    if (reserved.failure !== undefined) {
      say(span, 'cart', end, 'error', 'cart', `item not added: ${reserved.failure}`, { fields })
      return { end, failure: `cart could not reserve ${product.sku}` }
    }
    const added = { ...fields, price: Number(amount(product.cents)) }
    say(span, 'cart', end, 'info', 'cart', `item added: ${product.name}`, { fields: added })
    return { end }
  })
}
