import { z } from 'zod'
import { Prisma } from '../generated/client.ts'

/** Something that one owner has for itself until it expires. */
export interface Lease {
  readonly name: string
  /** Grows with every change of owner: whoever had it before has a smaller one. */
  readonly epoch: bigint
}

/**
 * Leases: each change is one statement, and only PostgreSQL's clock counts, so that it does not matter what time the
 * owners think it is, or how long one of them stood still. An owner is one start of a process.
 */
export interface LeaseRepository {
  /** Takes those of `names` that nobody has, `limit` at most, in the order given. Of two owners one gets each. */
  take(
    owner: string,
    names: readonly string[],
    options: { readonly millis: number; readonly limit: number },
  ): Promise<Lease[]>
  /** Keeps all that the owner has for another `millis` from now; what has expired is not among them, taken or not. */
  renew(owner: string, millis: number): Promise<Lease[]>
  /** The names of those that somebody has, or had within the last `millis`. */
  heldWithin(millis: number): Promise<string[]>
  /** Gives back what the owner has of `names`: others may take them at once. */
  release(owner: string, names: readonly string[]): Promise<void>
  /**
   * Whether the owner has the lease, under this epoch. In a transaction it stays so until the end: nobody takes the lease
   * before, even where it expires meanwhile.
   */
  holds(owner: string, lease: Lease): Promise<boolean>
}

const Names = z.array(z.object({ name: z.string() }))
const Leases = z.array(z.object({ name: z.string(), epoch: z.bigint() }))

export function leaseRepository(client: Prisma.TransactionClient): LeaseRepository {
  return {
    async take(owner, names, { millis, limit }) {
      // In the order of their names, as every taker does: two that each wait for a row of the other would be a deadlock.
      return Leases.parse(
        await client.$queryRaw`
          INSERT INTO "lease" AS held ("name", "owner", "epoch", "expires_at")
          SELECT free."name", ${owner}, 1, ${expiry(millis)} FROM (
            SELECT wanted."name" FROM unnest(${[...names]}::text[]) WITH ORDINALITY AS wanted("name", "place")
            LEFT JOIN "lease" AS held ON held."name" = wanted."name"
            WHERE held."name" IS NULL OR held."expires_at" <= clock_timestamp()
            ORDER BY wanted."place" LIMIT ${limit}) AS free
          ORDER BY free."name"
          ON CONFLICT ("name") DO UPDATE SET "owner" = excluded."owner", "expires_at" = excluded."expires_at",
            "epoch" = held."epoch" + 1
          WHERE held."expires_at" <= clock_timestamp()
          RETURNING "name", "epoch"`,
      )
    },
    async renew(owner, millis) {
      return Leases.parse(
        await client.$queryRaw`
          UPDATE "lease" SET "expires_at" = ${expiry(millis)}
          WHERE "owner" = ${owner} AND "expires_at" > clock_timestamp()
          RETURNING "name", "epoch"`,
      )
    },
    async heldWithin(millis) {
      const rows = await client.$queryRaw`
        SELECT "name" FROM "lease" WHERE "expires_at" > clock_timestamp() - ${interval(millis)} ORDER BY "name"`
      return Names.parse(rows).map(({ name }) => name)
    },
    async release(owner, names) {
      await client.$executeRaw`
        UPDATE "lease" SET "expires_at" = clock_timestamp()
        WHERE "owner" = ${owner} AND "name" = ANY(${[...names]}::text[]) AND "expires_at" > clock_timestamp()`
    },
    async holds(owner, { name, epoch }) {
      // FOR SHARE holds off a taker, whose UPDATE looks again at the row when this transaction is over.
      const rows = Leases.parse(
        await client.$queryRaw`
          SELECT "name", "epoch" FROM "lease"
          WHERE "name" = ${name} AND "owner" = ${owner} AND "epoch" = ${epoch} AND "expires_at" > clock_timestamp()
          FOR SHARE`,
      )
      return rows.length > 0
    },
  }
}

function expiry(millis: number): Prisma.Sql {
  return Prisma.sql`clock_timestamp() + ${interval(millis)}`
}

function interval(millis: number): Prisma.Sql {
  return Prisma.sql`${millis}::double precision * interval '1 millisecond'`
}
