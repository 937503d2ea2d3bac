import { LoadGenerator } from '../generator/load-generator.ts'
import type { Load } from '../generator/workload.ts'
import { runLoad } from '../measure/load.ts'
import { settled } from '../measure/settled.ts'
import { type StoreFile, storeSize } from '../measure/store-size.ts'
import { Subject } from '../measure/subject.ts'
import { type Row, whole } from '../report/table.ts'
import type { Bench, Outcome } from './bench.ts'

export interface DiskPlan {
  readonly fill: Load
}

const GOAL_BYTES = 60
/** What an event takes: everything of the store but room that is kept free and what could not become an event. */
const COUNTED: readonly StoreFile[] = ['parquet', 'idx', 'manifest', 'receipts', 'other']

/** Bytes an event takes in the store when nothing is left to merge. */
export async function disk({ fill }: DiskPlan, { cleaner, say }: Bench): Promise<Outcome> {
  await using subject = await Subject.start(cleaner)
  using generator = new LoadGenerator()
  say(fill.workload.name)
  const { events, bytesPerEvent, problems } = await runLoad(subject, generator, fill, { seals: true })
  say('waiting for merges')
  const seconds = await settled(subject)
  await subject.stop()
  const stored = await storeSize(subject.dataDir)
  const each = (bytes: number) => bytes / stored.events
  const total = COUNTED.reduce((sum, file) => sum + each(stored.bytes[file]), 0)
  const row = (figure: string, bytes: number): Row => ({
    figure,
    measured: `${bytes.toFixed(1)} B an event`,
    goal: '',
    met: undefined,
  })
  return {
    sections: [
      {
        title: `On disk, ${bytesPerEvent.toFixed(0)} B events`,
        rows: [
          {
            ...row('all of it', total),
            goal: `${GOAL_BYTES} B`,
            met: total <= GOAL_BYTES,
            note: `${whole(stored.events)} events, each with a random trace id of its own, in ${stored.segments} segments; ${seconds === undefined ? 'still merging after four minutes' : `merges were done ${seconds.toFixed(0)} s after the last event`}`,
          },
          row('segments, Bloom filters in them included', each(stored.bytes.parquet)),
          row('word and trace filters beside them (.idx)', each(stored.bytes.idx)),
          row('manifest', each(stored.bytes.manifest)),
          row('receipts of batches', each(stored.bytes.receipts)),
        ],
      },
    ],
    problems: [
      ...problems,
      ...(stored.events === events ? [] : [`${stored.events} events are stored, ${events} were accepted`]),
    ],
  }
}
