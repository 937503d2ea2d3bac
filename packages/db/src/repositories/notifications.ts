import { z } from 'zod'
import type { Prisma } from '../generated/client.ts'

export interface NewNotification {
  /** UUID; the same in every attempt to deliver it. */
  readonly id: string
  readonly ruleId: string
  readonly receiver: string
  readonly payload: Prisma.InputJsonObject
  /** Epoch milliseconds. */
  readonly createdAt: number
}

/** A notification taken for delivery. */
export interface DueNotification {
  readonly id: string
  readonly ruleId: string
  readonly receiver: string
  readonly payload: unknown
  /** This attempt included. */
  readonly attempts: number
  readonly createdAt: number
}

/** One attempt to deliver a notification. */
export type Taking = Pick<DueNotification, 'id' | 'attempts'>

/** Times are epoch milliseconds. */
export interface NotificationRepository {
  add(notifications: readonly NewNotification[]): Promise<void>
  /**
   * Takes what is due, oldest first, for this caller alone until `leaseUntil`; whoever dies while delivering leaves it
   * to be taken again then. What waits behind an earlier one for the same rule and receiver is not due: a resolve never
   * overtakes its firing.
   */
  take(options: {
    readonly now: number
    readonly leaseUntil: number
    readonly limit: number
  }): Promise<DueNotification[]>
  delivered(id: string, at: number): Promise<void>
  /**
   * To be tried again at `nextAttempt`. Like `fail`, it says nothing any more where somebody has taken it since: whoever
   * stood still for longer than its lease does not decide for the one who delivers it now.
   */
  postpone(taken: Taking, nextAttempt: number, error: string): Promise<void>
  /** Not to be tried again. */
  fail(taken: Taking, error: string): Promise<void>
  waiting(): Promise<number>
  /** Of each rule, the error of the last notification that could not be delivered and is younger than its last delivery. */
  deliveryErrors(): Promise<Map<string, string>>
  /** When the next waiting one is due, or null. */
  nextDue(): Promise<number | null>
  /** Removes what was settled before. */
  removeSettled(before: number): Promise<number>
}

const Taken = z.array(
  z.object({
    id: z.string(),
    rule_id: z.string(),
    receiver: z.string(),
    payload: z.unknown(),
    attempts: z.number(),
    created_at: z.date(),
    sequence: z.bigint(),
  }),
)

export function notificationRepository(client: Prisma.TransactionClient): NotificationRepository {
  return {
    async add(notifications) {
      await client.notification.createMany({
        data: notifications.map(({ createdAt, ...rest }) => ({
          ...rest,
          createdAt: new Date(createdAt),
          nextAttempt: new Date(createdAt),
        })),
      })
    },
    async take({ now, leaseUntil, limit }) {
      const rows = await client.$queryRaw`
        UPDATE "notification" SET "attempts" = "attempts" + 1, "next_attempt" = ${new Date(leaseUntil)}
        WHERE "id" IN (
          SELECT "id" FROM "notification" AS due
          WHERE "status" = 'waiting' AND "next_attempt" <= ${new Date(now)} AND NOT EXISTS (
            SELECT FROM "notification" AS earlier
            WHERE earlier."status" = 'waiting' AND earlier."rule_id" = due."rule_id"
              AND earlier."receiver" = due."receiver" AND earlier."sequence" < due."sequence")
          ORDER BY "sequence" LIMIT ${limit} FOR UPDATE SKIP LOCKED)
        RETURNING "id"::text, "rule_id", "receiver", "payload", "attempts", "created_at", "sequence"`
      return Taken.parse(rows)
        .sort((a, b) => (a.sequence < b.sequence ? -1 : 1))
        .map((row) => ({
          id: row.id,
          ruleId: row.rule_id,
          receiver: row.receiver,
          payload: row.payload,
          attempts: row.attempts,
          createdAt: row.created_at.getTime(),
        }))
    },
    async delivered(id, at) {
      const data = { status: 'delivered', deliveredAt: new Date(at), lastError: null } as const
      await client.notification.updateMany({ where: { id }, data })
    },
    async postpone({ id, attempts }, nextAttempt, error) {
      const data = { nextAttempt: new Date(nextAttempt), lastError: error }
      await client.notification.updateMany({ where: { id, attempts, status: 'waiting' }, data })
    },
    async fail({ id, attempts }, error) {
      const data = { status: 'failed', lastError: error } as const
      await client.notification.updateMany({ where: { id, attempts, status: 'waiting' }, data })
    },
    waiting: () => client.notification.count({ where: { status: 'waiting' } }),
    async deliveryErrors() {
      const newest = await client.notification.findMany({
        where: { OR: [{ status: 'delivered' }, { lastError: { not: null } }] },
        orderBy: [{ ruleId: 'asc' }, { sequence: 'desc' }],
        distinct: ['ruleId'],
        select: { ruleId: true, lastError: true },
      })
      return new Map(
        newest.flatMap(({ ruleId, lastError }) => (lastError === null ? [] : [[ruleId, lastError]])),
      )
    },
    async nextDue() {
      const next = await client.notification.findFirst({
        where: { status: 'waiting' },
        orderBy: { nextAttempt: 'asc' },
        select: { nextAttempt: true },
      })
      return next?.nextAttempt.getTime() ?? null
    },
    async removeSettled(before) {
      const where = { status: { not: 'waiting' }, createdAt: { lt: new Date(before) } } as const
      return (await client.notification.deleteMany({ where })).count
    },
  }
}
