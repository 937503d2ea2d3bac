import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { textAt } from '@heartwood/event'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MAX_EVENT_BYTES, MAX_EVENT_LINES } from '../src/multiline/open-event.ts'
import { throughQueue } from './through-the-queue.ts'

const FOLDER = join(import.meta.dirname, 'multiline')
const FILES = readdirSync(FOLDER)

/** Events, between lines of `=====`; blank lines in them are sent, and are none of the event's. */
function eventsOf(file: string): string[] {
  return readFileSync(join(FOLDER, file), 'utf8').trimEnd().split('\n=====\n')
}

const messages = async (body: string) => (await throughQueue(body)).events.map(({ message }) => message)
const ids = async (body: string) => (await throughQueue(body)).events.map(({ id }) => id)
const bare = (text: string) => text.replace(/\n\s*\n/g, '\n')

test.each(FILES)('the lines of %s become the events they are, whatever ends them', async (file) => {
  const expected = eventsOf(file)
  expect(await messages(`${expected.join('\n')}\n`)).toEqual(expected.map(bare))
  expect(await messages(expected.join('\n').replaceAll('\n', '\r\n'))).toEqual(expected.map(bare))
})

test.each(FILES)('the lines of %s become the same events in every envelope', async (file) => {
  const events = eventsOf(file).map(bare)
  // An envelope says where a line begins: indented heads, of which nobody knows whose they are, are left to bodies without.
  const lines = events.flatMap((event) => event.split('\n'))
  const unwrap = (text: string, head: string) => (text.startsWith(head) ? text.slice(head.length) : text)
  for (const head of [
    '2024-06-12T10:11:12.123456789Z stderr F ',
    '<11>Jun 12 10:11:12 web1 shop[7]: ',
    'shop-1  | ',
    '[pod/shop-5f/app] ',
  ]) {
    const found = await messages(lines.map((line) => head + line).join('\n'))
    expect(found.map((text) => unwrap(text, head))).toEqual(events)
  }
  const { events: docker } = await throughQueue(
    lines
      .map((line) => JSON.stringify({ log: `${line}\n`, stream: 'stderr', time: '2024-06-12T10:11:12Z' }))
      .join('\n'),
  )
  expect(docker.map(({ attributes }) => String(attributes.log).trimEnd())).toEqual(events)
  const { events: filebeat } = await throughQueue(
    lines
      .map((line, n) => JSON.stringify({ message: line, log: { file: { path: '/var/log/a' }, offset: n } }))
      .join('\n'),
  )
  expect(filebeat.map(({ attributes }) => attributes.message)).toEqual(events)
})

test('a joined event has the id of its first line, and the answer counts lines', async () => {
  const body = '2024-06-12 10:11:12 ERROR a\n\tat b\n\tat c\n2024-06-12 10:11:13 INFO d\n'
  expect(await ids(body)).toEqual(['batch-000000', 'batch-000003'])
  expect((await throughQueue(body)).accepted.records).toBe(4)
})

test('lines of two sources that come in turns join those of their own', async () => {
  const java = eventsOf('java.txt')
  const python = eventsOf('python.txt').map(bare)
  const left = java.flatMap((event) => event.split('\n')).map((line) => `a-1  | ${line}`)
  const right = python.flatMap((event) => event.split('\n')).map((line) => `b-1  | ${line}`)
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.boolean()), async (turns) => {
      const a = [...left]
      const b = [...right]
      const body: string[] = []
      for (const turn of turns) {
        const next = (turn ? a : b).shift() ?? a.shift() ?? b.shift()
        if (next === undefined) break
        body.push(next)
      }
      const found = await messages(body.join('\n'))
      const of = (head: string) =>
        found.filter((text) => text.startsWith(head)).map((text) => text.slice(head.length))
      expect(of('a-1  | ')).toEqual(java)
      expect(of('b-1  | ')).toEqual(python)
    }),
    { numRuns: 30 },
  )
})

test('JSON lines of other streams, files and containers are not joined', async () => {
  const line = (log: string, stream: string) => JSON.stringify({ log, stream })
  const { events } = await throughQueue(
    [
      line('ERROR boom\n', 'stderr'),
      line('INFO fine\n', 'stdout'),
      line('\tat a.b.C.d(C.java:1)\n', 'stderr'),
    ].join('\n'),
  )
  expect(events.map(({ attributes }) => attributes.log)).toEqual([
    'ERROR boom\n\tat a.b.C.d(C.java:1)',
    'INFO fine\n',
  ])
})

test('what a program writes as JSON itself is never joined, whatever its message begins with', async () => {
  const { events } = await throughQueue('{"level":"error","msg":"a"}\n{"level":"error","msg":"\\tat b"}\n')
  expect(events).toHaveLength(2)
})

test('elements of a JSON array stand by themselves, as their sender said', async () => {
  expect((await throughQueue('["ERROR a", "\\tat b"]')).events).toHaveLength(2)
})

test('a stack trace between JSON lines is joined', async () => {
  const { events } = await throughQueue(
    '{"msg":"a"}\njava.io.IOException: x\n\tat a.b.C.d(C.java:1)\n{"msg":"b"}\n\tat a.b.C.e(C.java:2)\n',
  )
  expect(events.map(({ message }) => message)).toEqual([
    '',
    'java.io.IOException: x\n\tat a.b.C.d(C.java:1)',
    '',
    '\tat a.b.C.e(C.java:2)',
  ])
})

test('a line that the container runtime cut is put together without a line end', async () => {
  const head = '2024-06-12T10:11:12.123456789Z stdout'
  expect(await messages(`${head} P one \n${head} P two \n${head} F three\n${head} F four\n`)).toEqual([
    `${head} P one two three`,
    `${head} F four`,
  ])
})

test('an event holds so many lines and bytes and no more; what comes then begins another', async () => {
  const frames = Array.from({ length: 2_500 }, (_, n) => `\tat a.b.C.d(C.java:${n})`)
  const found = await messages(`ERROR boom\n${frames.join('\n')}`)
  expect(found.map((text) => text.split('\n').length)).toEqual([MAX_EVENT_LINES, MAX_EVENT_LINES, 501])
  const long = await messages(`ERROR boom\n${`\t${'x'.repeat(MAX_EVENT_BYTES / 2)}\n`.repeat(3)}`)
  for (const text of long) expect(text.length).toBeLessThan(MAX_EVENT_BYTES + 100)
  expect(long.length).toBeGreaterThan(1)
})

test('a refused line between the lines of an event is not in it', async () => {
  const body = `2024-06-12 10:11:12 ERROR a\n\tat b\n${'x'.repeat(1_100_000)}\n\tat c\n`
  const found = await messages(body)
  for (const text of found) expect(text).not.toContain('xxx')
  expect(found.join('\n')).toBe('2024-06-12 10:11:12 ERROR a\n\tat b\n\tat c')
})

const PIECES = FILES.flatMap((file) => eventsOf(file).flatMap((event) => event.split('\n'))).concat([
  '{"log":"\\tat x\\n","stream":"stderr"}',
  '{"message":"Caused by: x","log":{"offset":1}}',
  '\tüñ',
  '',
])

test('whatever lines come in whatever order, no word is lost or comes from elsewhere', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 40 }), async (lines) => {
      if (lines.every((line) => line.trim() === '')) return
      const { events, accepted, decoded } = await throughQueue(`x\n${lines.join('\n')}`)
      const texts = events.map(({ message, attributes }) => message || attributes.log || attributes.message)
      const words = (text: string) =>
        text
          .split(/\s+/)
          .filter((word) => word !== '')
          .sort()
      const sent = ['x', ...lines].map((line) =>
        line.startsWith('{"')
          ? String(
              Object.values(JSON.parse(line)).find(
                (value) => typeof value === 'string' && value !== 'stderr',
              ),
            )
          : line,
      )
      expect(words(texts.join('\n'))).toEqual(words(sent.join('\n')))
      expect(events.length).toBeLessThanOrEqual(accepted.records)
      expect(new Set(events.map(({ id }) => id)).size).toBe(events.length)
      expect(textAt(decoded.batch.id, 0)).toBe('batch-000000')
    }),
    { numRuns: 300 },
  )
})

test('who has a stream of another kind has events, of which nothing is lost in others', async () => {
  const lines = [
    { message: 'orders failed', stream: 'orders', order: 1 },
    { message: '  at least three', stream: 'orders', order: 2 },
  ]
  const { events } = await throughQueue(lines.map((line) => JSON.stringify(line)).join('\n'))
  expect(events.map(({ attributes }) => ({ ...attributes }))).toEqual(lines)
})
