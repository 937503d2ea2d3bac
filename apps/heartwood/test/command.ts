import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { zstdDecompress } from 'node:zlib'
import { v7 } from 'uuid'
import { onLoopback } from '../../../scripts/stack/on-loopback.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** A `heartwood` command as a process of its own, without a terminal. */
export function heartwood(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env.PATH, HEARTWOOD_DATA_DIR: '/nonexistent', ...env },
  })
  const output = Promise.all([buffer(child.stdout), buffer(child.stderr), once(child, 'close')])
  return {
    child,
    stdin: child.stdin,
    done: output.then(([stdout, stderr, [code]]) => ({
      stdout: String(stdout),
      stderr: String(stderr),
      code,
    })),
  }
}

export interface Received {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  /** Inflated. */
  readonly body: string
}

/** A real HTTP server that notes what it gets; `answer` says what comes back. */
export async function serve(
  answer: (request: Received, response: ServerResponse, number: number) => void | Promise<void>,
) {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const raw = await buffer(request)
    const body = request.headers['content-encoding'] === 'zstd' ? await promisify(zstdDecompress)(raw) : raw
    const one = { path: request.url ?? '', headers: request.headers, body: body.toString() }
    received.push(one)
    await answer(one, response, received.length)
  })
  return { ...(await onLoopback(server)), received }
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

/** What ingest answers when it took every line. */
export function taken(body: string) {
  const accepted = body.split('\n').filter((line) => line.trim() !== '').length
  return { batch_id: v7(), accepted, rejected: 0, errors: [] }
}
