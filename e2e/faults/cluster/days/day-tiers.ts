import { openDatabase } from '@heartwood/db'
import { NANOS_PER_DAY, NANOS_PER_MILLI, type Nanos } from '@heartwood/event'
import { coverageOf, type KeptCoverage } from '@heartwood/log-store'
import { ColdCommitter, ColdManifest, coverageKeeper } from '@heartwood/log-store/cold'
import { openS3Objects } from '@heartwood/object-store/s3'
import pg from 'pg'
import { archiveLease } from '../../../../apps/archiver/src/archive-lease.ts'
import { RETIRE_LEASE } from '../../../../apps/archiver/src/retiring/retiring.ts'
import { tierOf } from '../../../../packages/log-store/src/tiered/coverage.ts'
import { s3Place } from '../../../../scripts/stack/s3.ts'
import { ARCHIVE_PREFIX } from '../cluster.ts'

/** Which tier answers which day, as the manifest of the archive says; and what takes days or minutes to pass, at once. */
export interface DayTiers extends AsyncDisposable {
  tier(time: number): Promise<'hot' | 'cold'>
  /** Of several times at one moment. */
  tiers(times: readonly number[]): Promise<('hot' | 'cold')[]>
  /** Whether a day that is past `hot_from` was restored. */
  isLent(day: string): Promise<boolean>
  /** The days for which a restored day is kept are over. */
  endLoan(day: string): Promise<void>
  /** The minute is over for which an archiver that died still had the lease of retiring. */
  endLease(): Promise<void>
}

const now = (): Nanos => BigInt(Date.now()) * NANOS_PER_MILLI

export async function openDayTiers(s3: string, postgresUrl: string): Promise<DayTiers> {
  await using opened = new AsyncDisposableStack()
  const objects = openS3Objects(s3Place(s3, ARCHIVE_PREFIX))
  opened.defer(() => objects.close())
  const manifest = new ColdManifest({ objects, clock: () => performance.now() })
  const database = opened.use(openDatabase(postgresUrl))
  const fenced = archiveLease({
    leases: database.leases,
    owner: 'time that passes',
    trouble: () => undefined,
    signal: new AbortController().signal,
  })
  const committer = new ColdCommitter({ objects, manifest, now, newName: () => crypto.randomUUID() })
  const keeper = coverageKeeper(manifest, committer, fenced)
  const tiers = async (times: readonly number[]) => {
    const coverage = coverageOf(await keeper.read())
    return times.map((time) => tierOf(coverage, BigInt(time) * NANOS_PER_MILLI))
  }
  const all = opened.move()
  return {
    tiers,
    tier: async (time) => (await tiers([time]))[0] ?? 'hot',
    isLent: async (day) => lentDays(await keeper.read(), day).length > 0,
    async endLoan(day) {
      const until = now()
      await keeper.change((kept) => {
        const lent = lentDays(kept, day)
        return {
          ...kept,
          restored: kept.restored.map((one) => (lent.includes(one) ? { ...one, until } : one)),
        }
      })
    },
    async endLease() {
      const client = new pg.Client({ connectionString: postgresUrl })
      await client.connect()
      try {
        await client.query('UPDATE "lease" SET "expires_at" = clock_timestamp() WHERE "name" = $1', [
          RETIRE_LEASE,
        ])
      } finally {
        await client.end()
      }
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

function lentDays({ restored }: KeptCoverage, day: string): KeptCoverage['restored'][number][] {
  const from = BigInt(Date.parse(day)) * NANOS_PER_MILLI
  return restored.filter((lent) => lent.from < from + NANOS_PER_DAY && lent.to > from)
}
