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
import { storing, storingWhatIsShown } from './contract/storing.ts'
import { type OpenSharedStore, writingAgain } from './contract/writing-again.ts'
import type { LogWriter } from './port.ts'

export { appendingTo } from './contract/appending-to.ts'
export type { AnyWriter, OpenStore, StoreSettings, StoreUnderTest } from './contract/store-under-test.ts'
export type { OpenSharedStore, SharedStoreUnderTest } from './contract/writing-again.ts'

/**
 * The suite that every adapter of the log store passes: what the comments of port.ts promise, and the meaning of queries
 * (cases/*.yaml). An adapter's test is one call. `open` makes an empty store of its own each time.
 */
export function logStoreContract(name: string, open: OpenStore<LogWriter>): void {
  describe(`log store contract: ${name}`, () => {
    describe('appending', () => appending(open))
    describe('showing', () => showing(open))
    describe('storing what is shown', () => storingWhatIsShown(open))
    describe('opening and closing', () => lifetime(open))
    everyStore(open)
  })
}

/**
 * The suite of a store of writers beside each other (IdempotentWriter): what is special to them, and all that is asked of
 * every store. `open` has such a writer behind `appendingTo`.
 */
export function sharedStoreContract(name: string, openShared: OpenSharedStore, open: OpenStore): void {
  describe(`log store contract: ${name}`, () => {
    describe('writing, once and again', () => writingAgain(openShared))
    everyStore(open)
  })
}

/** All that is asked of every store, of one whose ways to write are of more than one port. */
export function everyStoreContract(name: string, open: OpenStore): void {
  describe(`log store contract: ${name}`, () => everyStore(open))
}

function everyStore(open: OpenStore): void {
  describe('holding events', () => holding(open))
  describe('answering', () => answering(open))
  describe('either order', () => ordering(open))
  describe('handing out while it searches', () => handingOut(open))
  describe('counting', () => counting(open))
  describe('patterns of messages', () => patterns(open))
  describe('dead letters', () => puttingAside(open))
  describe('deleting and retention', () => deleting(open))
  describe('storage by day', () => storing(open))
  describe('the meaning of queries', () => meaning(open))
}
