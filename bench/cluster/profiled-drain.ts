import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LoadGenerator } from '../generator/load-generator.ts'
import type { Load } from '../generator/workload.ts'
import type { Cleaner } from '../measure/cleaner.ts'
import { readProfiles } from '../measure/cpu-profile.ts'
import { indexedAtLeast, perEvent } from '../measure/load.ts'
import { threadSeconds } from '../measure/threads.ts'
import { stageRows } from '../report/stage-rows.ts'
import type { Row } from '../report/table.ts'
import type { ClusterSubject } from './cluster-subject.ts'
import { publish, workedOff } from './drain.ts'

/** Where the CPU of one indexer goes that works off the second half of a backlog alone, under V8's profiler. Leaves no indexer running. */
export async function profiledDrain(
  subject: ClusterSubject,
  generator: LoadGenerator,
  load: Load,
  cleaner: Cleaner,
): Promise<{ readonly rows: readonly Row[]; readonly events: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'heartwood-profile-'))
  cleaner.folder(folder)
  await subject.stopIndexers()
  const before = await subject.storedEvents()
  const { events } = await publish(subject, generator, load)
  await using indexer = await subject.startOneIndexer(`--cpu-prof --cpu-prof-dir=${folder}`)
  const [pid] = subject.indexerPids()
  if (pid === undefined) throw new Error('the profiled indexer has no process')
  await indexedAtLeast(subject, before + events / 2)
  const left = before + events - (await subject.indexedEvents())
  const threadsBefore = new Map([['indexer', threadSeconds(pid)]])
  const { cpuMicros, window } = await workedOff(subject, before + events)
  const threads = perEvent(threadsBefore, new Map([['indexer', threadSeconds(pid)]]), left)
  const threadMicros = threads.get('indexer') ?? new Map()
  await indexer.stop()
  const process = cpuMicros.get('indexer') ?? 0
  return { events, rows: stageRows(readProfiles(folder, pid), window, threadMicros, { process }) }
}
