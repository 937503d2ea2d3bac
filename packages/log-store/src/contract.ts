import { describe } from 'vitest'
import { answering } from './contract/answering.ts'
import { appending } from './contract/appending.ts'
import { counting } from './contract/counting.ts'
import { deleting } from './contract/deleting.ts'
import { handingOut } from './contract/handing-out.ts'
import { holding } from './contract/holding.ts'
import { lifetime } from './contract/lifetime.ts'
import { meaning } from './contract/meaning.ts'
import { ordering } from './contract/ordering.ts'
import { patterns } from './contract/patterns.ts'
import { puttingAside } from './contract/putting-aside.ts'
import { showing } from './contract/showing.ts'
import type { OpenStore } from './contract/store-under-test.ts'
import { storing } from './contract/storing.ts'

export type { OpenStore, StoreSettings, StoreUnderTest } from './contract/store-under-test.ts'

/**
 * The suite that every adapter of the log store passes: what the comments of port.ts promise, and the meaning of queries
 * (cases/*.yaml). An adapter's test is one call. `open` makes an empty store of its own each time.
 */
export function logStoreContract(name: string, open: OpenStore): void {
  describe(`log store contract: ${name}`, () => {
    describe('appending', () => appending(open))
    describe('showing', () => showing(open))
    describe('holding events', () => holding(open))
    describe('answering', () => answering(open))
    describe('either order', () => ordering(open))
    describe('handing out while it searches', () => handingOut(open))
    describe('counting', () => counting(open))
    describe('patterns of messages', () => patterns(open))
    describe('dead letters', () => puttingAside(open))
    describe('deleting and retention', () => deleting(open))
    describe('storage by day', () => storing(open))
    describe('opening and closing', () => lifetime(open))
    describe('the meaning of queries', () => meaning(open))
  })
}
