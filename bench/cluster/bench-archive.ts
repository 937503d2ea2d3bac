import { join } from 'node:path'
import { ColdManifest, totalsOf } from '@heartwood/log-store/cold'
import { openS3Objects } from '@heartwood/object-store/s3'
import type { Cluster } from '../../e2e/faults/cluster/cluster.ts'
import { s3Place, s3Settings, startS3 } from '../../scripts/stack/s3.ts'
import type { Cleaner } from '../measure/cleaner.ts'

const PREFIX = 'bench/'
/** Often, so that its progress is seen; each commit costs a little. */
const COMMIT_SECONDS = 5

/** An archive of the cluster that is measured: an S3 server and one archiver, which begins with the oldest that lies in the topic. */
export interface BenchArchive extends AsyncDisposable {
  /** What the manifest counts by now. */
  totals(): Promise<{ readonly events: number; readonly bytes: number; readonly segments: number }>
}

export async function startArchive(
  cluster: Cluster,
  folder: string,
  cleaner: Cleaner,
): Promise<BenchArchive> {
  await using started = new AsyncDisposableStack()
  const server = started.use(await startS3({ own: true, dataDir: join(folder, 's3') }))
  const { pid } = server
  if (pid !== undefined) {
    cleaner.process(pid)
    started.defer(() => cleaner.ended(pid))
  }
  const objects = openS3Objects(s3Place(server.address, PREFIX))
  started.defer(() => objects.close())
  const manifest = new ColdManifest({ objects, clock: () => performance.now() })
  started.use(
    await cluster.another('archiver', {
      ...s3Settings(server.address, PREFIX),
      HEARTWOOD_ARCHIVE_SECONDS: String(COMMIT_SECONDS),
    }),
  )
  const all = started.move()
  return {
    async totals() {
      const state = await manifest.refresh()
      const days = [...state.days.values()].map(totalsOf)
      return {
        events: days.reduce((sum, { events }) => sum + events, 0),
        bytes: days.reduce((sum, { bytes }) => sum + bytes, 0),
        segments: days.reduce((sum, { segments }) => sum + segments, 0),
      }
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}
