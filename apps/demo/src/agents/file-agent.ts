import { write } from '../formats/write.ts'
import type { Entry } from '../shop/entry.ts'
import type { HostName } from '../shop/services.ts'
import { ENVIRONMENT, type Shipment } from './shipment.ts'

/** JSON lines with the text of a file in them, the lines that belong together joined, as Vector posts them. */
export function fileAgent(host: HostName, entries: readonly Entry[]): Shipment {
  const parameters = new URLSearchParams({ environment: ENVIRONMENT, hostname: host })
  const lines = entries.map((entry) =>
    JSON.stringify({
      timestamp: new Date(entry.at).toISOString(),
      service: entry.service,
      file: `/var/log/${entry.service}/${entry.service}.log`,
      source_type: 'file',
      message: write(entry),
    }),
  )
  return { path: `/ingest?${parameters}`, contentType: 'application/x-ndjson', body: lines.join('\n') }
}
