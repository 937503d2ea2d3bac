import { SETTINGS, type SettingName } from '@heartwood/settings'
import type { Demand } from './demand.ts'

/** What to set for a plan, and what of it a setting does not take. */
export interface PlannedSettings {
  readonly values: Readonly<Partial<Record<SettingName, string>>>
  /** A sentence each. */
  readonly refused: readonly string[]
}

const MEBIBYTE = 1024 * 1024

export function plannedSettings(
  demand: Demand,
  plan: { readonly partitions: number; readonly shards: number; readonly spoolBytes: number },
): PlannedSettings {
  const values: Partial<Record<SettingName, string>> = {
    HEARTWOOD_KAFKA_PARTITIONS: String(plan.partitions),
    HEARTWOOD_KAFKA_REPLICATION: String(demand.kafkaReplication),
    HEARTWOOD_KAFKA_RETENTION_HOURS: String(demand.kafkaHours),
    HEARTWOOD_SPOOL_MB: String(Math.max(1_024, Math.ceil(plan.spoolBytes / MEBIBYTE))),
    HEARTWOOD_INDEX_SHARDS: String(plan.shards),
    HEARTWOOD_INDEX_REPLICAS: String(demand.replicas),
    ...(demand.daysCold === 0
      ? { HEARTWOOD_RETENTION_DAYS: String(demand.daysHot) }
      : {
          HEARTWOOD_ARCHIVE: 's3',
          HEARTWOOD_HOT_DAYS: String(demand.daysHot),
          HEARTWOOD_COLD_DAYS: String(demand.daysCold),
        }),
  }
  const names = (Object.keys(SETTINGS) as SettingName[]).filter((name) => values[name] !== undefined)
  return {
    values,
    refused: names.flatMap((name) => {
      const parsed = SETTINGS[name].schema.safeParse(values[name])
      return parsed.success
        ? []
        : [`${name} does not take ${values[name]}: ${parsed.error.issues[0]?.message ?? 'it is not valid'}.`]
    }),
  }
}
