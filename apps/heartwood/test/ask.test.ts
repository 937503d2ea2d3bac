import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { heartwood, json, type Received, serve } from './command.ts'

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 120_000 })

test('a query asks for what was said and shows what came, newest first as it came', async () => {
  await using web = await serve((_request, response) => json(response, 200, page(['two\u001b[2J', 'one'], 2)))
  const args = [
    'query',
    'level:error',
    'checkout',
    '--since',
    '2h',
    '--until',
    '2026-03-01',
    '--url',
    web.url,
  ]
  const { stdout, stderr, code } = await heartwood(args).done
  expect(code).toBe(0)
  expect(stdout).toBe(
    '2026-03-01T12:00:00.000Z ERROR   shop two\\e[2J n=1\n2026-03-01T12:00:00.000Z ERROR   shop one n=1\n',
  )
  expect(stderr).toMatch(/^2 shown, 2 in all, \d+ ms\n$/)
  expect(parameters(web.received[0])).toMatchObject({
    query: 'level:error checkout',
    from_time: 'now-2h',
    to_time: '2026-03-01',
    limit: '100',
    total: 'exact',
  })
})

test('--json is one object a line, with integers of any size exact', async () => {
  await using web = await serve((_request, response) => {
    response.setHeader('content-type', 'application/json')
    const text = JSON.stringify(page(['one'], 1)).replace('"n":1', '"n":9007199254740993')
    response.end(text)
  })
  const { stdout } = await heartwood(['query', '--json', '--url', web.url]).done
  expect(stdout.trim().split('\n')).toHaveLength(1)
  expect(stdout).toContain('"n":9007199254740993')
})

test('a limit above a page is fetched page by page, in the order that was asked for', async () => {
  await using web = await serve(({ path }, response) => {
    const cursor = new URL(path, 'http://x').searchParams.get('cursor')
    const logs = Array.from({ length: cursor === null ? 1_000 : 500 }, (_, n) => `log ${n}`)
    json(response, 200, { ...page(logs, 1_500), next_cursor: cursor === null ? 'next' : 'more' })
  })
  const args = ['query', '--limit', '1500', '--order', 'oldest', '--url', web.url]
  const { stdout } = await heartwood(args).done
  expect(stdout.trim().split('\n')).toHaveLength(1_500)
  expect(web.received.map((one) => parameters(one))).toMatchObject([
    { limit: '1000', order: 'oldest', total: 'exact' },
    { limit: '500', order: 'oldest', total: 'none', cursor: 'next' },
  ])
})

test('--stats says beside the logs how much was looked at, all pages together', async () => {
  await using web = await serve((request, response) => {
    const isFirst = parameters(request).cursor === undefined
    const found = page(isFirst ? ['a'] : ['b'], 2)
    json(response, 200, {
      ...found,
      next_cursor: isFirst ? 'next' : null,
      read: { rows: 700, bytes: 1_000, segments: 1 },
    })
  })
  const { stdout, stderr } = await heartwood(['query', '--json', '--stats', '--url', web.url]).done
  expect(stdout.split('\n').filter((line) => line !== '')).toHaveLength(2)
  expect(stderr).toContain('looked at 1,400 events, 2,000 bytes, 2 segments')
})

test('--audit asks the audit events, and nothing else does', async () => {
  await using web = await serve(({ path }, response) => {
    if (!path.startsWith('/api/v1/tail')) return json(response, 200, page(['delete: *'], 1))
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(`event: logs\ndata: ${JSON.stringify({ logs: page(['delete: *'], 1).logs })}\n\n`)
    response.end(`event: error\ndata: ${JSON.stringify({ error: { code: 'x', message: 'No more.' } })}\n\n`)
  })
  const { stdout, code } = await heartwood(['query', '--audit', 'event.action:delete', '--url', web.url]).done
  expect(code).toBe(0)
  expect(stdout).toContain('delete: *')
  await heartwood(['query', '--url', web.url]).done
  expect((await heartwood(['tail', '--audit', '--url', web.url]).done).stdout).toContain('delete: *')
  await heartwood(['tail', '--url', web.url]).done
  expect(web.received.map((one) => parameters(one).dataset)).toEqual(['audit', undefined, 'audit', undefined])
})

test('--total is the number alone', async () => {
  await using web = await serve((_request, response) => json(response, 200, page(['one'], 12_345)))
  expect((await heartwood(['query', '--total', '--url', web.url]).done).stdout).toBe('12345\n')
})

test('an error in the query is marked under it', async () => {
  await using web = await serve((_request, response) =>
    json(response, 400, {
      error: {
        code: 'invalid_query',
        message: 'It ends early.',
        spans: [{ start: 3, end: 4, message: 'here' }],
      },
    }),
  )
  const { stderr, code } = await heartwood(['query', 'foo(', '--url', web.url]).done
  expect(stderr).toBe('It ends early.\n  foo(\n     ^ here\n')
  expect(code).toBe(1)
})

test('the address is the one that the running Heartwood wrote down', async () => {
  await using web = await serve((_request, response) => json(response, 200, page([], 7)))
  const folder = await mkdtemp(join(tmpdir(), 'heartwood-ask-'))
  try {
    await mkdir(join(folder, 'run'))
    const address = JSON.stringify({ web_url: web.url, ingest_url: web.url })
    await writeFile(join(folder, 'run/address.json'), address)
    const { stdout } = await heartwood(['query', '--total'], { HEARTWOOD_DATA_DIR: folder }).done
    expect(stdout).toBe('7\n')
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('where nothing answers, one sentence says what to do', async () => {
  for (const args of [['query'], ['tail'], ['delete', 'x', '--yes'], ['dead-letters'], ['demo']]) {
    const { stderr, code } = await heartwood([...args, '--url', 'http://127.0.0.1:1']).done
    expect(stderr).toBe('Heartwood does not answer at http://127.0.0.1:1; start it with npm start.\n')
    expect(code).toBe(1)
  }
})

test('the demo is told how it stands, stopped, and deleted only where somebody says yes', async () => {
  const state = { state: 'running', progress: 1, opened_at: '2026-01-01T00:00:00Z', own_logs: false }
  await using web = await serve(({ path }, response) => {
    const stopped = { ...state, state: 'stopped' }
    const answer = path.endsWith('/stop') ? stopped : path.endsWith('/delete') ? { deleted: 1_234 } : state
    json(response, 200, answer)
  })
  const said = async (...args: string[]) => (await heartwood(['demo', ...args, '--url', web.url]).done).stdout
  expect(await said()).toMatch(/^The demo is writing about 50 logs a second/)
  expect(await said('stop')).toMatch(/^The demo writes no more/)
  expect(await said('delete', '--yes')).toBe('The demo is gone: 1,234 logs deleted.\n')
  const refused = await heartwood(['demo', 'delete', '--url', web.url]).done
  expect(refused.code).toBe(1)
  expect(refused.stderr).toMatch(/add --yes/)
  expect(web.received.map(({ path }) => path)).toEqual([
    '/api/v1/demo',
    '/api/v1/demo/stop',
    '/api/v1/demo/delete',
  ])
})

test('a tail shows logs as they come, says what was skipped, connects again, and ends on Ctrl-C', async () => {
  await using web = await serve((_request, response, number) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const { logs } = page([`log ${number}`], 1)
    const stats = { shown: 1, matched: 6, skipped: 5, lag_ms: 0 }
    response.write(`event: logs\ndata: ${JSON.stringify({ logs })}\n\n`)
    response.write(`event: stats\ndata: ${JSON.stringify(stats)}\n\n`)
    if (number === 1) response.end()
  })
  const command = heartwood(['tail', 'level:error', '--url', web.url])
  let text = ''
  command.child.stdout.on('data', (chunk: Buffer) => {
    text += chunk
  })
  while (!text.includes('log 2')) await new Promise((resolve) => setTimeout(resolve, 10))
  command.child.kill('SIGINT')
  const { stdout, stderr, code } = await command.done
  expect(stdout.trim().split('\n')).toHaveLength(2)
  expect(stderr).toContain('5 logs skipped')
  expect(stderr).toContain('the connection is lost; trying again in 0.5 s')
  expect(code).toBe(0)
  expect(parameters(web.received[0])).toEqual({ query: 'level:error' })
})

test('a tail that the server ends for good ends with its sentence', async () => {
  await using web = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(`event: error\ndata: ${JSON.stringify({ error: { code: 'x', message: 'No more.' } })}\n\n`)
  })
  expect(await heartwood(['tail', '--url', web.url]).done).toMatchObject({ stderr: 'No more.\n', code: 1 })
})

test('delete without a terminal counts, and deletes only with --yes', async () => {
  await using web = await serve(({ body }, response) => {
    const { dry_run } = JSON.parse(body)
    json(response, 200, { matched: 3, deleted: dry_run ? 0 : 3, dry_run, took_ms: 1 })
  })
  const without = await heartwood(['delete', 'service:shop', '--url', web.url]).done
  expect(without.stderr).toMatch(/^Delete 3 logs found by service:shop, from beginning to .* add --yes/)
  expect(without.code).toBe(1)
  const dry = await heartwood(['delete', 'service:shop', '--dry-run', '--url', web.url]).done
  expect(dry.stdout).toBe('3 logs would be deleted.\n')
  expect(web.received.every(({ body }) => JSON.parse(body).dry_run === true)).toBe(true)
  const sure = await heartwood(['delete', 'service:shop', '--since', '1d', '--yes', '--url', web.url]).done
  expect(sure).toMatchObject({ stdout: '3 logs deleted.\n', code: 0 })
  const [counted, deleted] = web.received.slice(-2).map(({ body }) => JSON.parse(body))
  expect(deleted).toEqual({ ...counted, dry_run: false })
  expect(deleted).toMatchObject({ query: 'service:shop', from_time: 'now-1d' })
})

test('dead letters are shown with door, step, reason and what was sent', async () => {
  const letter = {
    id: 'b-1',
    at: '2026-03-01T12:00:00.000Z',
    door: 'json',
    step: 'decode',
    reason: 'broken',
    sample: '{"a\u0007',
    records: 1,
    attempts: 2,
    replayable: true,
    salvaged: false,
  }
  const counts = { total: 1, matching: 1, replayable: 1, dropped: 0, groups: [] }
  await using web = await serve((_request, response) =>
    json(response, 200, { ...counts, items: [letter], next_before: null }),
  )
  const { stdout } = await heartwood(['dead-letters', '--url', web.url]).done
  expect(stdout).toBe('2026-03-01T12:00:00.000Z json/decode broken (tried 2 times) {"a\\x07\n')
  const { stdout: lines } = await heartwood(['dead-letters', '--json', '--url', web.url]).done
  expect(JSON.parse(lines)).toEqual(letter)
})

test('letters are replayed by what is said of them, and the outcome is waited for', async () => {
  const progress = { state: 'queueing', matched: 3, replayable: 2, queued: 0, replayed: 0, failed_again: 0 }
  await using web = await serve(({ path }, response, number) => {
    const ended = path.endsWith('/replays/r%201') && number > 2
    const now = ended ? { ...progress, state: 'done', queued: 2, replayed: 1, failed_again: 1 } : progress
    json(response, 200, { replay_id: 'r 1', error: null, ...now })
  })
  const args = [
    'dead-letters',
    'replay',
    '--door',
    'json',
    '--reason',
    'broken',
    '--since',
    '1h',
    '--url',
    web.url,
  ]
  const { stdout, code } = await heartwood(args).done
  expect(stdout).toBe('2 dead letters replayed: 1 gone, 1 failed again; 1 dead letter cannot be.\n')
  expect(code).toBe(0)
  expect(JSON.parse(web.received[0]?.body ?? '')).toEqual({
    door: 'json',
    reason: 'broken',
    from_time: 'now-1h',
    dry_run: false,
  })
})

test('what changes dead letters wants to be told which, and a dismissal that it is meant', async () => {
  await using web = await serve((_request, response) =>
    json(response, 200, { matched: 2, dismissed: 2, dry_run: false }),
  )
  const vague = await heartwood(['dead-letters', 'replay', '--url', web.url]).done
  expect(vague.stderr).toContain('Say which letters')
  expect(web.received).toEqual([])
  const unasked = await heartwood(['dead-letters', 'dismiss', '--all', '--url', web.url]).done
  expect(unasked.stderr).toContain('Dismiss 2 dead letters for good?')
  expect(unasked.code).toBe(1)
  const meant = await heartwood(['dead-letters', 'dismiss', '--id', 'b-1', '--yes', '--url', web.url]).done
  expect(meant.stdout).toBe('2 dead letters dismissed.\n')
  expect(web.received.map(({ body }) => JSON.parse(body).dry_run)).toEqual([true, true, false])
})

test('a wrong flag says what it takes', async () => {
  const { stderr, code } = await heartwood(['query', '--limit', 'many']).done
  expect(stderr).toContain('It takes a whole number from 1.')
  expect(code).toBe(1)
})

function page(messages: readonly string[], total: number) {
  const logs = messages.map((message, n) => ({
    id: `b-${n}`,
    '@timestamp': '2026-03-01T12:00:00.000Z',
    observed_at: '2026-03-01T12:00:00.000Z',
    level: 'error',
    severity_number: 17,
    service: 'shop',
    message,
    source: 'json',
    weight: 1,
    flags: [],
    attributes: { n: 1 },
    resource: {},
  }))
  return {
    total,
    total_relation: 'eq',
    logs,
    next_cursor: null,
    read: { rows: 0, bytes: 0, segments: 0 },
    took_ms: 3,
  }
}

function parameters(request: Received | undefined): Record<string, string> {
  return Object.fromEntries(new URL(request?.path ?? '', 'http://x').searchParams)
}
