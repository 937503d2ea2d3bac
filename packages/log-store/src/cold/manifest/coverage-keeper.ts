import type { CoverageKeeper, KeptCoverage } from '../../tiered/kept-coverage.ts'
import type { ColdCommitter } from './cold-committer.ts'
import type { ColdCoverage } from './cold-format.ts'
import type { ColdManifest } from './cold-manifest.ts'

/** The coverage as the manifest has it. @param epoch of the lease under which it is changed at that moment */
export function coverageKeeper(
  manifest: ColdManifest,
  committer: ColdCommitter,
  epoch: () => Promise<bigint> | bigint,
): CoverageKeeper {
  return {
    read: async () => (await manifest.refresh()).coverage,
    async change(decide) {
      const state = await committer.commit(
        ({ coverage }) => {
          const changed = decide(coverage)
          return changed && { kind: 'coverage', coverage: written(changed) }
        },
        { epoch: await epoch() },
      )
      return state !== undefined
    },
  }
}

function written({ hot_from, restored, restoring = [] }: KeptCoverage): ColdCoverage {
  return { ...(hot_from !== undefined && { hot_from }), restored: [...restored], restoring: [...restoring] }
}
