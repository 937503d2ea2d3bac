import type { AccessEntry, ProxyErrorEntry } from '../shop/entry.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

/** The combined format with the time it took and the ids behind it. */
export function nginxAccess({
  at,
  client,
  user,
  method,
  path,
  status,
  bytes,
  millis,
  agent,
  span,
}: AccessEntry): string {
  const [year, month, day] = new Date(at).toISOString().slice(0, 10).split('-')
  const time = `${day}/${MONTHS[Number(month) - 1]}/${year}:${new Date(at).toISOString().slice(11, 19)} +0000`
  return `${client} - ${user} [${time}] "${method} ${path} HTTP/1.1" ${status} ${bytes} "https://shop.example/" "${agent}" request_time=${(millis / 1_000).toFixed(3)} request_id=${span.requestId} trace_id=${span.traceId}`
}

export function nginxError({ at, message, client, method, path, span }: ProxyErrorEntry): string {
  const time = new Date(at).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ')
  return `${time} [error] 31#31: *${at % 100_000} ${message}, client: ${client}, server: shop.example, request: "${method} ${path} HTTP/1.1", upstream: "http://10.1.0.4:3000${path}", host: "shop.example", request_id=${span.requestId} trace_id=${span.traceId}`
}
