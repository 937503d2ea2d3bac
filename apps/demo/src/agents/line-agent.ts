import { write } from '../formats/write.ts'
import type { Entry } from '../shop/entry.ts'
import type { HostName } from '../shop/services.ts'
import { ENVIRONMENT, type Shipment } from './shipment.ts'

/** The lines of one service as they are; who wrote them stands in the address. */
export function lineAgent(host: HostName, entries: readonly Entry[]): Shipment {
  const service = entries[0]?.service ?? ''
  const parameters = new URLSearchParams({ service, environment: ENVIRONMENT, hostname: host })
  return {
    path: `/ingest?${parameters}`,
    contentType: 'text/plain',
    body: entries.map((entry) => write(entry)).join('\n'),
  }
}
