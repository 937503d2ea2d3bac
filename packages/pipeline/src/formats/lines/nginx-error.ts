import { REQUEST, targetAttributes } from './http.ts'
import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { severityOf, whole } from './values.ts'

/** What nginx appends about the request: `..., client: 10.0.0.1, server: shop, request: "GET / HTTP/1.1", upstream: "http://...", host: "shop"`. */
const ABOUT_REQUEST = new RegExp(
  `, client: ([\\w.:-]{1,255}), server: ([^,\\n]{0,255})(?:, request: ${REQUEST})?(?:, subrequest: "[^"]*")?(?:, upstream: "([^"]*)")?`,
)

export const nginxError: LineFormat = {
  name: 'nginx_error',
  title: 'Error log of nginx',
  starts: ['slashed'],
  pattern: / \[(emerg|alert|crit|error|warn|notice|info|debug)\] (\d{1,10})#(\d{1,10}): (?:\*\d{1,19} )?/y,
  inside: 'opaque',
  fields([matched, level, pid, tid], { head, at }) {
    const about = ABOUT_REQUEST.exec(head.slice(at + matched.length))
    const [, client, server, method, target, version, upstream] = about ?? []
    return {
      severity: severityOf(level),
      attributes: {
        [NAMED.pid]: whole(pid),
        [NAMED.threadId]: whole(tid),
        [NAMED.client]: client,
        [NAMED.server]: server || undefined,
        [NAMED.method]: method,
        ...targetAttributes(target),
        [NAMED.httpVersion]: version,
        [NAMED.upstream]: upstream,
      },
    }
  },
}
