import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { onLoopback } from '../../../scripts/stack/on-loopback.ts'
import { deliver } from '../src/features/send-files/deliver.ts'
import { UnreadableFile } from '../src/features/send-files/read-file.ts'

interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Record<string, string>
}

/** Gives one answer after the other, the last one again and again. */
async function ingestThatAnswers(...answers: readonly Answer[]) {
  const keys: unknown[] = []
  const server = createServer((request, response) => {
    keys.push(request.headers['idempotency-key'])
    const { status, body, headers } = answers[Math.min(keys.length, answers.length) - 1] ?? {
      status: 500,
      body: {},
    }
    response.writeHead(status, headers)
    response.end(JSON.stringify(body))
  })
  const { url, [Symbol.asyncDispose]: close } = await onLoopback(server)
  return { url: `${url}/ingest`, keys, [Symbol.asyncDispose]: close }
}

const BODY = new TextEncoder().encode('one line\n')
const FULL = { status: 503, body: { error: { code: 'queue_full', message: 'The queue is full.' } } }
const options = { key: 'page-1', signal: new AbortController().signal, onWait: () => {} }

test('a body that met a full queue is sent again under the same key until it is taken', async () => {
  const counts = { accepted: 1, rejected: 0, errors: [] }
  await using ingest = await ingestThatAnswers(FULL, { status: 200, body: { batch_id: 'b1', ...counts } })
  const waits: string[] = []
  const delivery = await deliver(BODY, {
    ...options,
    url: ingest.url,
    onWait: (reason) => waits.push(reason),
  })
  expect(delivery).toMatchObject({ batchId: 'b1', counts })
  expect(ingest.keys).toEqual(['page-1', 'page-1'])
  expect(waits).toEqual(['The queue is full.'])
})

test('a body of which no record can be read counts as that, and is not sent again', async () => {
  const counts = { accepted: 0, rejected: 2, errors: [{ index: 0, reason: 'too long' }] }
  const error = { code: 'invalid_body', message: 'No record could be taken.', ...counts }
  await using ingest = await ingestThatAnswers({ status: 400, body: { error } })
  expect(await deliver(BODY, { ...options, url: ingest.url })).toEqual({
    kind: 'taken',
    batchId: undefined,
    counts,
  })
  expect(ingest.keys).toHaveLength(1)
})

test('a body that is refused for good is an error that says why', async () => {
  const error = { code: 'unauthenticated', message: 'Sign in.' }
  await using ingest = await ingestThatAnswers({ status: 401, body: { error } })
  const delivered = deliver(BODY, { ...options, url: ingest.url })
  await expect(delivered).rejects.toThrow(new UnreadableFile('was refused: Sign in.'))
})

test('what is stopped while it waits ends at once, with the reason', async () => {
  await using ingest = await ingestThatAnswers({ ...FULL, headers: { 'retry-after': '300' } })
  const stopping = new AbortController()
  const delivered = deliver(BODY, {
    ...options,
    url: ingest.url,
    signal: stopping.signal,
    onWait: () => setImmediate(() => stopping.abort(new Error('stopped'))),
  })
  await expect(delivered).rejects.toThrow('stopped')
})
