import type { AlertState, Prisma } from '../generated/client.ts'

/** State of a rule (group '') or of one of its groups. Times are epoch milliseconds. */
export interface StoredAlertState {
  readonly ruleId: string
  readonly group: string
  readonly status: AlertState['status']
  readonly since: number
  readonly value: number | null
  readonly evaluatedAt: number | null
  readonly notifiedAt: number | null
  readonly unknown: {
    readonly since: number
    readonly reason: string
    readonly notifiedAt: number | null
  } | null
}

export interface AlertStateRepository {
  all(): Promise<StoredAlertState[]>
  ofRule(ruleId: string): Promise<StoredAlertState[]>
  /** Inserts or replaces. */
  save(states: readonly StoredAlertState[]): Promise<void>
  remove(ruleId: string, groups: readonly string[]): Promise<void>
  /** Forgets every rule that is not named; returns the ids of those that were. */
  keepOnly(ruleIds: readonly string[]): Promise<string[]>
  /** Holds other evaluations of the rule off until the transaction ends. */
  lock(ruleId: string): Promise<void>
}

export function alertStateRepository(client: Prisma.TransactionClient): AlertStateRepository {
  return {
    all: async () => (await client.alertState.findMany()).map(stored),
    ofRule: async (ruleId) => (await client.alertState.findMany({ where: { ruleId } })).map(stored),
    async save(states) {
      // Replaced in two statements, however many groups there are.
      for (const [ruleId, groups] of Map.groupBy(states, (state) => state.ruleId))
        await remove(
          client,
          ruleId,
          groups.map(({ group }) => group),
        )
      await client.alertState.createMany({ data: states.map(row) })
    },
    remove: (ruleId, groups) => remove(client, ruleId, groups),
    async keepOnly(ruleIds) {
      const where = { ruleId: { notIn: [...ruleIds] } }
      const gone = await client.alertState.findMany({ where, distinct: ['ruleId'], select: { ruleId: true } })
      await client.alertState.deleteMany({ where })
      return gone.map(({ ruleId }) => ruleId)
    },
    async lock(ruleId) {
      await client.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`alert rule ${ruleId}`}, 0))`
    },
  }
}

async function remove(
  client: Prisma.TransactionClient,
  ruleId: string,
  groups: readonly string[],
): Promise<void> {
  if (groups.length > 0) await client.alertState.deleteMany({ where: { ruleId, group: { in: [...groups] } } })
}

function stored(state: AlertState): StoredAlertState {
  return {
    ruleId: state.ruleId,
    group: state.group,
    status: state.status,
    since: state.since.getTime(),
    value: state.value === null ? null : Number(state.value),
    evaluatedAt: state.evaluatedAt?.getTime() ?? null,
    notifiedAt: state.notifiedAt?.getTime() ?? null,
    unknown:
      state.unknownSince === null
        ? null
        : {
            since: state.unknownSince.getTime(),
            reason: state.unknownReason ?? '',
            notifiedAt: state.unknownNotifiedAt?.getTime() ?? null,
          },
  }
}

function row(state: StoredAlertState): Prisma.AlertStateCreateManyInput {
  return {
    ruleId: state.ruleId,
    group: state.group,
    status: state.status,
    since: new Date(state.since),
    value: state.value === null ? null : BigInt(state.value),
    evaluatedAt: date(state.evaluatedAt),
    notifiedAt: date(state.notifiedAt),
    unknownSince: date(state.unknown?.since ?? null),
    unknownReason: state.unknown?.reason ?? null,
    unknownNotifiedAt: date(state.unknown?.notifiedAt ?? null),
  }
}

function date(millis: number | null): Date | null {
  return millis === null ? null : new Date(millis)
}
