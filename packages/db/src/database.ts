import { PrismaPg } from '@prisma/adapter-pg'
import { type Prisma, PrismaClient } from './generated/client.ts'
import { type AlertStateRepository, alertStateRepository } from './repositories/alert-states.ts'
import { type NotificationRepository, notificationRepository } from './repositories/notifications.ts'

/** What the database keeps, one repository a subject. */
export interface Repositories {
  readonly alertStates: AlertStateRepository
  readonly notifications: NotificationRepository
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
}

/** Opens a database whose migrations are applied. It connects when first used. */
export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const client = new PrismaClient({
    adapter: new PrismaPg({
      connectionString: url,
      max: options.connections ?? 5,
      connectionTimeoutMillis: 5000,
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
  return { alertStates: alertStateRepository(client), notifications: notificationRepository(client) }
}
