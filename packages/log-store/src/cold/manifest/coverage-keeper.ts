import type { CoverageKeeper, KeptCoverage } from '../../tiered/kept-coverage.ts'
import type { ColdCommitter } from './cold-committer.ts'
import type { ColdCoverage } from './cold-format.ts'
import type { ColdManifest } from './cold-manifest.ts'

/** Runs a task under the lease of the archive, which gives it its epoch. */
export type Fenced = <T>(task: (epoch: bigint) => Promise<T>, signal?: AbortSignal) => Promise<T>

/** A change is given up after so long: writes may be waiting for it. */
const CHANGE_MILLIS = 20_000

/** The coverage as the manifest has it. */
export function coverageKeeper(
  manifest: ColdManifest,
  committer: ColdCommitter,
  fenced: Fenced,
): CoverageKeeper {
  return {
    read: async () => (await manifest.refresh()).coverage,
    change(decide) {
      const signal = AbortSignal.timeout(CHANGE_MILLIS)
      return fenced(async (epoch) => {
        const state = await committer.commit(
          ({ coverage }) => {
            const changed = decide(coverage)
            return changed && { kind: 'coverage', coverage: written(changed) }
          },
          { epoch, signal },
        )
        return state !== undefined
      }, signal)
    },
  }
}

function written({ hot_from, restored, restoring = [] }: KeptCoverage): ColdCoverage {
  return { ...(hot_from !== undefined && { hot_from }), restored: [...restored], restoring: [...restoring] }
}
