import { isIPv6 } from 'node:net'

/** The address under which this machine reaches the ingest port. */
export function localIngest(host: string, port: number): string {
  const everywhere = host === '0.0.0.0' || host === '::'
  const name = everywhere ? '127.0.0.1' : host
  return `http://${isIPv6(name) ? `[${name}]` : name}:${port}`
}
