import { openSession, verifyToken } from './calls/auth.ts'
import { addToCart } from './calls/cart.ts'
import { placeOrder } from './calls/checkout.ts'
import { enterShop, serveFile } from './calls/gateway.ts'
import { readStock } from './calls/inventory.ts'
import { recommend } from './calls/recommendation.ts'
import { search } from './calls/search.ts'
import { productOf, searchTextOf } from './catalog.ts'
import { say, type Trip } from './trip.ts'

type Journey = (trip: Trip, at: number) => void

/** What shoppers do, and how often in a hundred. */
const JOURNEYS: readonly (readonly [share: number, journey: Journey])[] = [
  [42, lookAtProduct],
  [20, lookFor],
  [12, loadFile],
  [12, fillCart],
  [10, buy],
  [4, signIn],
]

export function journeyOf(trip: Trip): Journey {
  let drawn = trip.random.whole(1, 100)
  for (const [share, journey] of JOURNEYS) {
    drawn -= share
    if (drawn <= 0) return journey
  }
  return lookAtProduct
}

function lookAtProduct(trip: Trip, at: number): void {
  const product = productOf(trip.random)
  enterShop(trip, at, { method: 'GET', path: `/products/${product.sku}` }, (span) => {
    const stock = readStock(span, span.at + 1, product)
    const ranked = recommend(span, span.at + 1)
    if (ranked.failure !== undefined)
      say(span, 'web', ranked.end, 'error', 'web', `page without recommendations: ${ranked.failure}`)
    const end = Math.max(stock.end, ranked.end)
    return { end, ...(stock.failure !== undefined && { failure: stock.failure }) }
  })
}

function lookFor(trip: Trip, at: number): void {
  const text = searchTextOf(trip.random)
  enterShop(trip, at, { method: 'GET', path: `/search?q=${encodeURIComponent(text)}` }, (span) =>
    search(span, span.at + 1, text),
  )
}

function loadFile(trip: Trip, at: number): void {
  serveFile(trip, at, `/assets/${productOf(trip.random).sku.toLowerCase()}-${trip.random.whole(1, 4)}.webp`)
}

function fillCart(trip: Trip, at: number): void {
  const product = productOf(trip.random)
  enterShop(trip, at, { method: 'POST', path: '/cart/items' }, (span) =>
    addToCart(span, span.at + 1, product),
  )
}

function buy(trip: Trip, at: number): void {
  const product = productOf(trip.random)
  enterShop(trip, at, { method: 'POST', path: '/checkout' }, (span) => {
    const verified = verifyToken(span, span.at + 1)
    if (verified.failure === undefined) return placeOrder(span, verified.end, product)
    return { end: verified.end, failure: `auth could not verify the token: ${verified.failure}` }
  })
}

function signIn(trip: Trip, at: number): void {
  enterShop(trip, at, { method: 'POST', path: '/sign-in' }, (span) => {
    const opened = openSession(span, span.at + 1)
    if (opened.failure === undefined || opened.failure === 'wrong password') return opened
    return { end: opened.end, failure: `sign-in failed: ${opened.failure}` }
  })
}
