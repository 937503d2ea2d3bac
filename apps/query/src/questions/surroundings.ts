import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { InternalClient } from '@heartwood/runtime'
import { z } from 'zod'

const Address = z.object({ ingest_url: z.string() })
const IndexerStatus = z.object({ backlog_bytes: z.number() })

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

/** Bytes accepted but not yet searchable, or null where the indexer cannot say within two seconds. */
export async function backlogBytes(indexer: InternalClient, signal: AbortSignal): Promise<number | null> {
  try {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MILLIS)])
    const response = await indexer.call('/internal/status', { signal: patience })
    return IndexerStatus.parse(await response.json()).backlog_bytes
  } catch (error) {
    if (signal.aborted) throw error
    return null
  }
}
