/** The services of the shop, each with the host whose agent ships its logs. */
export const SERVICES = {
  gateway: { host: 'shop-edge-1', version: '1.29.3' },
  web: { host: 'shop-node-a', version: '7.4.1' },
  auth: { host: 'shop-node-a', version: '1.18.0' },
  search: { host: 'shop-node-a', version: '5.2.0' },
  deploy: { host: 'shop-node-a', version: '3.1.9' },
  recommendation: { host: 'shop-node-b', version: '3.8.0' },
  cart: { host: 'shop-node-b', version: '4.11.2' },
  checkout: { host: 'shop-node-b', version: '6.0.3' },
  kubelet: { host: 'shop-node-b', version: '1.34.1' },
  payment: { host: 'shop-node-c', version: '2.14.0' },
  inventory: { host: 'shop-node-c', version: '2.7.5' },
  shipping: { host: 'shop-node-c', version: '1.9.4' },
  email: { host: 'shop-node-c', version: '0.23.1' },
  database: { host: 'shop-data-1', version: '17.6' },
  cache: { host: 'shop-data-1', version: '8.2.2' },
} as const

export type ServiceName = keyof typeof SERVICES
export type HostName = (typeof SERVICES)[ServiceName]['host']
