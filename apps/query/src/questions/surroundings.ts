import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { InternalClient } from '@heartwood/runtime'
import { z } from 'zod'

const Address = z.object({ ingest_url: z.string() })
const IndexerStatus = z.object({ backlog_bytes: z.number(), lag_ms: z.number() })

/** Where logs are sent: what the supervisor wrote down, since only it knows the ports that were free. */
export async function ingestUrl(dataDir: string, otherwise: string): Promise<string> {
  try {
    const text = await readFile(join(dataDir, 'run', 'address.json'), 'utf8')
    return Address.parse(JSON.parse(text)).ingest_url
  } catch {
    return otherwise
  }
}

const PATIENCE_MILLIS = 2_000

/** What is accepted and not yet searchable: how much, and how long the oldest of it waits. */
export interface Backlog {
  readonly bytes: number
  readonly delayMillis: number
}

/** Of all indexers together; undefined where one of them cannot say within two seconds. */
export async function backlogOf(
  indexers: readonly InternalClient[],
  signal: AbortSignal,
): Promise<Backlog | undefined> {
  const each = await Promise.all(indexers.map((indexer) => ownBacklog(indexer, signal)))
  const known = each.filter((backlog) => backlog !== undefined)
  if (known.length === 0 || known.length < each.length) return undefined
  return {
    bytes: known.reduce((sum, { bytes }) => sum + bytes, 0),
    delayMillis: Math.max(...known.map(({ delayMillis }) => delayMillis)),
  }
}

async function ownBacklog(indexer: InternalClient, signal: AbortSignal): Promise<Backlog | undefined> {
  try {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MILLIS)])
    const response = await indexer.call('/internal/status', { signal: patience })
    const { backlog_bytes, lag_ms } = IndexerStatus.parse(await response.json())
    return { bytes: backlog_bytes, delayMillis: lag_ms }
  } catch (error) {
    if (signal.aborted) throw error
    return undefined
  }
}
