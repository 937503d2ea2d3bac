import { write } from '../formats/write.ts'
import type { Entry } from '../shop/entry.ts'
import { type HostName, SERVICES, type ServiceName } from '../shop/services.ts'
import { ENVIRONMENT, type Shipment } from './shipment.ts'

const CREATE = JSON.stringify({ create: { _index: 'logs-shop-demo' } })

/** All containers of a node as documents for `_bulk`, as Filebeat sends them: JSON is taken apart, text stays text. */
export function containerAgent(host: HostName, entries: readonly Entry[]): Shipment {
  const lines = entries.flatMap((entry) => {
    const written = write(entry)
    const document = {
      '@timestamp': new Date(entry.at).toISOString(),
      host: { name: host },
      service: { name: entry.service },
      kubernetes: { namespace: 'shop', pod: { name: podOf(entry.service) } },
      ...(typeof written === 'string' ? { message: written } : written),
    }
    return [CREATE, JSON.stringify(document)]
  })
  return {
    path: `/_bulk?environment=${ENVIRONMENT}`,
    contentType: 'application/x-ndjson',
    body: `${lines.join('\n')}\n`,
  }
}

/** A name as a replica set gives it, the same at every time. */
function podOf(service: ServiceName): string {
  const { version } = SERVICES[service]
  const digits = [...`${service}${version}`].reduce(
    (sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0,
    7,
  )
  return `${service}-${digits.toString(16).padStart(8, '0')}-${digits.toString(36).slice(-5)}`
}
