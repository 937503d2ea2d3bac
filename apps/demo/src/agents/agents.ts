import type { Entry } from '../shop/entry.ts'
import { type HostName, SERVICES } from '../shop/services.ts'
import { containerAgent } from './container-agent.ts'
import { fileAgent } from './file-agent.ts'
import { lineAgent } from './line-agent.ts'
import type { Shipment } from './shipment.ts'

/** The agent of each host. */
const AGENTS: Readonly<Record<HostName, (host: HostName, entries: readonly Entry[]) => Shipment>> = {
  'shop-edge-1': lineAgent,
  'shop-node-a': containerAgent,
  'shop-node-b': containerAgent,
  'shop-node-c': containerAgent,
  'shop-data-1': fileAgent,
}
export const HOSTS: readonly HostName[] = [...new Set(Object.values(SERVICES).map(({ host }) => host))]

export interface HostShipment extends Shipment {
  readonly host: HostName
}

/** What the agents post of these entries, one shipment a host that has any. */
export function shipments(entries: readonly Entry[]): HostShipment[] {
  const byHost = Map.groupBy(entries, ({ service }) => SERVICES[service].host)
  return [...byHost].map(([host, ofHost]) => ({ host, ...AGENTS[host](host, ofHost) }))
}
