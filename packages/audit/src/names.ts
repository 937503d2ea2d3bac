import { join } from 'node:path'

/** The folder of the store of audit events, where everything runs on one machine. */
export function auditStoreFolder(dataDir: string): string {
  return join(dataDir, 'audit', 'store')
}

/**
 * What the names of the indices with audit events begin with: with an index prefix of `logs-`, `heartwood-audit-2026.11.month`. No
 * pattern of the logs' indices matches them.
 * @param indexPrefix of the logs' indices
 */
export function auditPrefix(indexPrefix: string): string {
  return indexPrefix === 'logs-' ? 'heartwood-audit-' : `heartwood-${indexPrefix}audit-`
}
