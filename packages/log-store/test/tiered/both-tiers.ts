import { isDeepStrictEqual } from 'node:util'
import type { AnyWriter } from '../../src/contract.ts'
import type { ColdWriter } from '../cold/cold-tier.ts'

/** Writes to both tiers, each as it is written to in a cluster; letters and receipts are in hot. Both have to have done the same. */
export function bothTiers(hot: AnyWriter, cold: ColdWriter): AnyWriter {
  return {
    async append(append) {
      const { applied } = await hot.append(append)
      return same({ applied }, await cold.append(append))
    },
    async delete(request) {
      const [inHot, inCold] = await Promise.all([hot.delete(request), cold.delete(request)])
      return same(inHot, inCold)
    },
    async enforceRetention(now) {
      const [inHot, inCold] = await Promise.all([hot.enforceRetention(now), cold.enforceRetention(now)])
      same(inHot.events, inCold.events)
      return inHot
    },
    position: (partition) => hot.position(partition),
    seenBatches: (partition, ids) => hot.seenBatches(partition, ids),
    maintain: () => cold.maintain(),
    dismissDeadLetters: (filter) => hot.dismissDeadLetters(filter),
  }
}

function same<T>(hot: T, cold: T): T {
  if (!isDeepStrictEqual(hot, cold))
    throw new Error(`hot did ${JSON.stringify(hot)}, the archive ${JSON.stringify(cold)}`)
  return hot
}
