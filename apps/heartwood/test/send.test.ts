import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test, vi } from 'vitest'
import { z } from 'zod'
import { heartwood, json, serve, taken } from './command.ts'

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 120_000 })

const Outcome = z.object({
  complete: z.boolean(),
  accepted: z.number(),
  rejected: z.number(),
  batches: z.array(z.object({ batch_id: z.string() })),
  errors: z.array(z.object({ source: z.string(), line: z.number().optional(), reason: z.string() })),
})

test('files arrive whole and in order, in batches of one sender with one key each', async () => {
  await using ingest = await serve(({ body }, response) => json(response, 200, taken(body)))
  await using folder = await temporaryFolder()
  const lines = Array.from({ length: 25_000 }, (_, n) => `line ${n} ${'x'.repeat(n % 90)}`)
  const plain = await folder.file('a.log', `${lines.join('\n')}\n`)
  const packed = await folder.file(
    'b.log.gz',
    Buffer.concat([gzipSync('first member\n'), gzipSync('second member')]),
  )
  const args = ['send', plain, packed, '--json', '--service', 'shop', '--ingest-url', ingest.url]
  const { stdout, code } = await heartwood(args).done
  expect(code).toBe(0)
  const outcome = Outcome.parse(JSON.parse(stdout))
  expect(outcome).toMatchObject({ complete: true, accepted: 25_002, rejected: 0 })
  expect(outcome.batches).toHaveLength(ingest.received.length)
  expect(ingest.received.map(({ body }) => body).join('')).toBe(
    `${lines.join('\n')}\nfirst member\nsecond member`,
  )
  expect(ingest.received.every(({ path }) => path === '/ingest?service=shop')).toBe(true)
  const keys = ingest.received.map(({ headers }) => String(headers['idempotency-key']))
  expect(new Set(keys).size).toBe(keys.length)
  expect(new Set(keys.map((key) => key.replace(/-\d+$/, ''))).size).toBe(1)
})

test('a batch that was not taken is sent again under the same key, when the server says', async () => {
  const answers = [
    [503, { 'retry-after': '1' }],
    [429, {}],
    [507, {}],
  ] as const
  await using ingest = await serve(({ body }, response, number) => {
    const refusal = answers[number - 1]
    if (refusal === undefined) return json(response, 200, taken(body))
    const [status, headers] = refusal
    json(response, status, { error: { code: 'queue_full', message: 'Full.' } }, headers)
  })
  const command = heartwood(['send', '--ingest-url', ingest.url])
  command.stdin.end('one\ntwo\n')
  const { stdout, code } = await command.done
  expect(stdout).toMatch(/^Sent: 2 accepted, 0 refused/)
  expect(code).toBe(0)
  expect(ingest.received.map(({ body }) => body)).toEqual(Array(4).fill('one\ntwo\n'))
  expect(new Set(ingest.received.map(({ headers }) => headers['idempotency-key'])).size).toBe(1)
})

test('a batch whose answer was lost is sent again under the same key', async () => {
  await using ingest = await serve(({ body }, response, number) => {
    if (number === 2) response.destroy()
    else json(response, 200, taken(body))
  })
  const command = heartwood(['send', '--ingest-url', ingest.url])
  command.stdin.write('one\n')
  while (ingest.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  command.stdin.end('two\n')
  expect(await command.done).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Sent: 2 accepted/) })
  const keys = ingest.received.map(({ headers, body }) => [body, headers['idempotency-key']])
  expect(keys[1]).toEqual(keys[2])
  expect(keys).toHaveLength(3)
})

test('refused records are named by file, line and reason, and make the exit code 1', async () => {
  await using ingest = await serve((_request, response) =>
    json(response, 200, {
      batch_id: 'b',
      accepted: 2,
      rejected: 1,
      errors: [{ index: 1, reason: 'not UTF-8' }],
    }),
  )
  await using folder = await temporaryFolder()
  const file = await folder.file('a.log', 'one\n\nbroken\nthree\n')
  const { stdout, code } = await heartwood(['send', file, '--ingest-url', ingest.url]).done
  expect(stdout).toMatch(/^Sent: 2 accepted, 1 refused/)
  expect(stdout).toContain(`${file}:3: not UTF-8`)
  expect(code).toBe(1)
})

test('a batch of which nothing could be read does not stop the next one', async () => {
  await using ingest = await serve(({ body }, response, number) => {
    if (number > 1) return json(response, 200, taken(body))
    const details = { accepted: 0, rejected: 1, errors: [{ index: 0, reason: 'broken' }] }
    json(response, 400, { error: { code: 'invalid_body', message: 'Nothing was stored.', ...details } })
  })
  await using folder = await temporaryFolder()
  const files = [await folder.file('a.log', 'a\n'), await folder.file('b.log', 'b\n')]
  const { stdout, code } = await heartwood(['send', ...files, '--ingest-url', ingest.url]).done
  expect(stdout).toMatch(/^Sent: 1 accepted, 1 refused/)
  expect(code).toBe(1)
})

test('a live pipe is sent while it runs, and Ctrl-C sends what was written until then', async () => {
  await using ingest = await serve(({ body }, response) => json(response, 200, taken(body)))
  const command = heartwood(['send', '--ingest-url', ingest.url])
  command.stdin.write('first\n')
  while (ingest.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(ingest.received[0]?.body).toBe('first\n')
  command.stdin.write('second without end')
  await new Promise((resolve) => setTimeout(resolve, 200))
  command.child.kill('SIGINT')
  const { stdout, code } = await command.done
  expect(ingest.received.map(({ body }) => body).join('')).toBe('first\nsecond without end')
  expect(stdout).toMatch(/^Sent: 2 accepted/)
  expect(code).toBe(0)
})

test('a JSON array over many lines goes out as one body', async () => {
  await using ingest = await serve(({ body }, response) => json(response, 200, taken(body)))
  await using folder = await temporaryFolder()
  const text = JSON.stringify([{ a: 1 }, { a: 2 }], null, 2)
  const { code } = await heartwood(['send', await folder.file('a.json', text), '--ingest-url', ingest.url])
    .done
  expect(code).toBe(0)
  expect(ingest.received.map(({ body }) => body)).toEqual([text])
})

test('a damaged archive is said, after what could be unpacked was sent', async () => {
  await using ingest = await serve(({ body }, response) => json(response, 200, taken(body)))
  await using folder = await temporaryFolder()
  const lines = Array.from({ length: 50_000 }, () => `${Math.random()}\n`).join('')
  const file = await folder.file('a.log.gz', gzipSync(lines).subarray(0, 300_000))
  const { stderr, code } = await heartwood(['send', file, '--ingest-url', ingest.url]).done
  expect(stderr).toBe(`${file} is cut off or damaged; what could be unpacked was sent.\n`)
  expect(code).toBe(1)
  expect(ingest.received.length).toBeGreaterThan(0)
})

test.each([
  ['a folder', tmpdir(), /is a folder; name the files in it/],
  ['a file that is not there', '/nonexistent.log', /cannot be read: there is no such file/],
])('%s is one sentence, and nothing is sent', async (_what, path, sentence) => {
  await using ingest = await serve(({ body }, response) => json(response, 200, taken(body)))
  await using folder = await temporaryFolder()
  const good = await folder.file('a.log', 'a\n')
  const { stderr, code } = await heartwood(['send', good, path, '--ingest-url', ingest.url]).done
  expect(stderr).toMatch(sentence)
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect(code).toBe(1)
  expect(ingest.received).toEqual([])
})

test('without a Heartwood it says so at once', async () => {
  const command = heartwood(['send', '--ingest-url', 'http://127.0.0.1:1'])
  command.stdin.end('one\n')
  const { stderr, code } = await command.done
  expect(stderr).toBe('Heartwood does not answer at http://127.0.0.1:1; start it with npm start.\n')
  expect(code).toBe(1)
})

test('the token goes along, and a missing one is explained', async () => {
  const token = 'x'.repeat(32)
  await using ingest = await serve(({ body, headers }, response) =>
    headers.authorization === `Bearer ${token}`
      ? json(response, 200, taken(body))
      : json(response, 401, { error: { code: 'unauthenticated', message: 'Send the token.' } }),
  )
  const without = heartwood(['send', '--ingest-url', ingest.url])
  without.stdin.end('one\n')
  expect(await without.done).toMatchObject({
    code: 1,
    stderr: 'Send the token. Set HEARTWOOD_ACCESS_TOKEN to the token it was started with.\n',
  })
  const having = heartwood(['send', '--ingest-url', ingest.url], { HEARTWOOD_ACCESS_TOKEN: token })
  having.stdin.end('one\n')
  expect((await having.done).code).toBe(0)
})

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'heartwood-send-'))
  return {
    async file(name: string, content: string | Buffer) {
      await writeFile(join(path, name), content)
      return join(path, name)
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
}
