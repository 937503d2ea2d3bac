import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LoadGenerator } from './generator/load-generator.ts'
import { type ProfiledApp, readProfiles } from './measure/cpu-profile.ts'
import { type LoadResult, runLoad } from './measure/load.ts'
import { Subject } from './measure/subject.ts'
import { profiled } from './plan.ts'

export interface ProfiledRun {
  readonly apps: readonly ProfiledApp[]
  /** CPU of the whole process per event, profiler included, by app. */
  readonly cpuMicros: ReadonlyMap<string, number>
  readonly threadMicros: LoadResult['threadMicros']
  readonly events: number
  readonly bytesPerEvent: number
}

/**
 * The same load as the first scenario against a Heartwood of its own that runs under V8's profiler, for the stages; the
 * profiler costs something, so its totals are not the figures. Its store holds only such events: that gives their size.
 */
export async function runProfiled(seconds: number): Promise<ProfiledRun> {
  const folder = await mkdtemp(join(tmpdir(), 'heartwood-profile-'))
  try {
    await using subject = await Subject.start({ NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}` })
    using generator = new LoadGenerator()
    const { workload, pace } = profiled(seconds)
    const { report, cpuMicros, threadMicros, window } = await runLoad(subject, generator, workload, pace)
    const pids = new Map([...subject.pids()].filter(([app]) => app === 'ingest' || app === 'indexer'))
    const stored = await subject.stopAndLook()
    return {
      apps: readProfiles(folder, pids, window),
      cpuMicros,
      threadMicros,
      events: report.facts.events,
      bytesPerEvent: stored.bytes / stored.events,
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
