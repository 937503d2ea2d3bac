export interface HttpAnswer {
  readonly status: string
  /** Whether the connection can take another request. */
  readonly keepsAlive: boolean
}

/**
 * The answer in what a server has sent so far (HTTP/1.1, read as latin1), or undefined while it is not complete. Only
 * what our own servers send is understood: a length or chunks.
 */
export function answerIn(text: string): HttpAnswer | undefined {
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const head = text.slice(0, headEnd + 2)
  const bodyStart = headEnd + 4
  const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(head)?.[1]
  const isChunked = /\r\ntransfer-encoding: *chunked\r\n/i.test(head)
  if (length !== undefined && text.length < bodyStart + Number(length)) return undefined
  if (isChunked && !text.endsWith('\r\n0\r\n\r\n')) return undefined
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]
  if (status === undefined) throw new Error(`not an HTTP answer: ${head.slice(0, 100)}`)
  return { status, keepsAlive: !/\r\nconnection: *close\r\n/i.test(head) }
}
