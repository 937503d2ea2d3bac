import { isIPv6 } from 'node:net'

/** The host name under which this machine reaches a server that listens on `host`: every address of a machine is the address of none. */
export function localHost(host: string): string {
  return host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
}

/** The URL under which this machine reaches a server that listens on `host`, without a slash at the end. */
export function localUrl(host: string, port: number): string {
  const name = localHost(host)
  return `http://${isIPv6(name) ? `[${name}]` : name}:${port}`
}
