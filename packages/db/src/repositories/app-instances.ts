import { z } from 'zod'
import type { Prisma } from '../generated/client.ts'

/** How an instance does: why it does not do its work, and what should be known although it does, by obstacle. */
export const InstanceHealth = z.object({
  reasons: z.record(z.string(), z.string()),
  warnings: z.record(z.string(), z.string()),
})
export type InstanceHealth = z.infer<typeof InstanceHealth>

/** A process that runs an app. */
export interface NewInstance {
  /** UUID; of one start of the process. */
  readonly id: string
  readonly app: string
  /** The same after a restart; of two instances of an app each has its own. */
  readonly name: string
  /** Where the other apps reach it, without a slash at the end. */
  readonly url: string
  readonly version: string
  /** Epoch milliseconds. */
  readonly startedAt: number
  readonly health: InstanceHealth
}

export interface StoredInstance extends NewInstance {
  /** How long ago it last said that it is there, by PostgreSQL's clock. */
  readonly silentMillis: number
}

export interface AppInstanceRepository {
  /**
   * Says that the instance is there, and how it does. Takes the place of one of the same name that started before, or has
   * been silent for `silentMillis`; false, having changed nothing, where the name is another's.
   */
  beat(instance: NewInstance, silentMillis: number): Promise<boolean>
  /** All, also those that have been silent for long. */
  all(): Promise<StoredInstance[]>
  /** It has ended in order. */
  remove(id: string): Promise<void>
  /** Forgets those that have been silent for longer. */
  removeSilent(millis: number): Promise<void>
}

const Instances = z.array(
  z.object({
    id: z.string(),
    app: z.string(),
    name: z.string(),
    url: z.string(),
    version: z.string(),
    startedAt: z.date().transform((date) => date.getTime()),
    health: InstanceHealth,
    silentMillis: z.number(),
  }),
)

export function appInstanceRepository(client: Prisma.TransactionClient): AppInstanceRepository {
  return {
    async beat(instance, silentMillis) {
      const { id, app, name, url, version, startedAt, health } = instance
      const beaten = await client.$executeRaw`
        INSERT INTO "app_instance" AS known
          ("id", "app", "name", "url", "version", "started_at", "heartbeat_at", "health")
        VALUES (${id}::uuid, ${app}, ${name}, ${url}, ${version}, ${new Date(startedAt)}, clock_timestamp(),
          ${JSON.stringify(health)}::jsonb)
        ON CONFLICT ("app", "name") DO UPDATE SET "id" = excluded."id", "url" = excluded."url",
          "version" = excluded."version", "started_at" = excluded."started_at",
          "heartbeat_at" = excluded."heartbeat_at", "health" = excluded."health"
        WHERE known."id" = excluded."id" OR known."started_at" < excluded."started_at"
          OR known."heartbeat_at" < clock_timestamp() - ${silentMillis}::double precision * interval '1 millisecond'`
      return beaten > 0
    },
    async all() {
      const rows = await client.$queryRaw`
        SELECT "id"::text, "app", "name", "url", "version", "started_at" AS "startedAt", "health",
          extract(epoch FROM clock_timestamp() - "heartbeat_at")::double precision * 1000 AS "silentMillis"
        FROM "app_instance" ORDER BY "app", "name"`
      return Instances.parse(rows)
    },
    async remove(id) {
      await client.$executeRaw`DELETE FROM "app_instance" WHERE "id" = ${id}::uuid`
    },
    async removeSilent(millis) {
      await client.$executeRaw`
        DELETE FROM "app_instance"
        WHERE "heartbeat_at" < clock_timestamp() - ${millis}::double precision * interval '1 millisecond'`
    },
  }
}
