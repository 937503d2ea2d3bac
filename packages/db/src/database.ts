import { PrismaPg } from '@prisma/adapter-pg'
import { Prisma, PrismaClient } from './generated/client.ts'
import { type AlertStateRepository, alertStateRepository } from './repositories/alert-states.ts'
import { type AppInstanceRepository, appInstanceRepository } from './repositories/app-instances.ts'
import { type LeaseRepository, leaseRepository } from './repositories/leases.ts'
import { type NotificationRepository, notificationRepository } from './repositories/notifications.ts'
import { type SavedSearchRepository, savedSearchRepository } from './repositories/saved-searches.ts'

/** What the database keeps, one repository a subject. */
export interface Repositories {
  readonly alertStates: AlertStateRepository
  readonly appInstances: AppInstanceRepository
  readonly leases: LeaseRepository
  readonly notifications: NotificationRepository
  readonly savedSearches: SavedSearchRepository
}

export interface Database extends Repositories, AsyncDisposable {
  /** All of `work` happens or none of it; only what goes through its argument takes part. */
  transaction<T>(work: (repositories: Repositories) => Promise<T>): Promise<T>
  /** Throws if the database does not answer. */
  ping(): Promise<void>
  close(): Promise<void>
}

export interface DatabaseOptions {
  /** Connections kept at most. */
  readonly connections?: number
  /** After this long without a statement within a transaction PostgreSQL ends the session. */
  readonly idleInTransactionMillis?: number
}

/**
 * A process that stands still in the middle of a transaction holds what it locked: PostgreSQL ends its session after this
 * long, and it has changed nothing. Ours never wait for anything else in between.
 */
const IDLE_IN_TRANSACTION_MILLIS = 5_000

/** Whether an error of a repository means that the database does not answer, rather than that it was asked wrongly. */
export function isAway(error: unknown): boolean {
  // Prisma's P10xx codes are of the connection, P2024 is of the pool (https://www.prisma.io/docs/orm/reference/error-reference).
  return error instanceof Prisma.PrismaClientKnownRequestError && /^P(10\d\d|2024)$/.test(error.code)
}

/** Why the database did not do it, as one line: Prisma says it last, behind the call and what was asked. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return /Message: `(.*)`$/.exec(message)?.[1] ?? message.trim().split('\n').at(-1) ?? message
}

/** Opens a database whose migrations are applied. It connects when first used. */
export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const client = new PrismaClient({
    adapter: new PrismaPg({
      connectionString: url,
      max: options.connections ?? 5,
      connectionTimeoutMillis: 5000,
      idle_in_transaction_session_timeout: options.idleInTransactionMillis ?? IDLE_IN_TRANSACTION_MILLIS,
    }),
  })
  const close = () => client.$disconnect()
  return {
    ...repositories(client),
    transaction: (work) =>
      client.$transaction((transaction) => work(repositories(transaction)), { timeout: 15_000 }),
    async ping() {
      await client.$queryRaw`SELECT 1`
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

function repositories(client: Prisma.TransactionClient): Repositories {
  return {
    alertStates: alertStateRepository(client),
    appInstances: appInstanceRepository(client),
    leases: leaseRepository(client),
    notifications: notificationRepository(client),
    savedSearches: savedSearchRepository(client),
  }
}
