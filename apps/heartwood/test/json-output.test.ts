import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { jsonOutputTo } from '../src/start/json-output.ts'
import type { Output } from '../src/start/output.ts'

const NOW = new Date('2026-01-02T03:04:05.678Z')

async function written(act: (output: Output) => void): Promise<Record<string, unknown>[]> {
  const stream = new PassThrough()
  act(jsonOutputTo(stream, () => NOW))
  stream.end()
  const lines = (await text(stream)).trim().split('\n')
  return lines.map((line): Record<string, unknown> => JSON.parse(line))
}

test('a line of an app keeps all it says, under the service of the app and the name of the process', async () => {
  const lines: string[] = []
  const base = { base: { app: 'indexer' }, timestamp: pino.stdTimeFunctions.isoTime }
  const log = pino(base, { write: (line: string) => void lines.push(line) })
  log.error({ err: new TypeError('no such shard'), port: 4322 }, 'it failed')
  const [said] = await written((output) => output.app('indexer-2', lines.join('')))
  expect(said).toMatchObject({
    level: 'error',
    service: 'heartwood-indexer',
    instance: 'indexer-2',
    port: 4322,
    msg: 'it failed',
    err: {
      type: 'TypeError',
      message: 'no such shard',
      stack: expect.stringContaining('json-output.test.ts'),
    },
  })
})

test('what is no line of a log is a message, and so is what the supervisor and PostgreSQL say', async () => {
  const said = await written((output) => {
    output.app('web-1', 'Warning: something of Node')
    output.postgres('FATAL:  the database system is shutting down')
    output.say('stopping in order')
    output.plain('')
  })
  expect(said).toEqual([
    { level: 'info', time: NOW.toISOString(), service: 'heartwood-web', msg: 'Warning: something of Node' },
    {
      level: 'error',
      time: NOW.toISOString(),
      service: 'heartwood-postgres',
      msg: 'FATAL:  the database system is shutting down',
    },
    { level: 'info', time: NOW.toISOString(), service: 'heartwood-supervisor', msg: 'stopping in order' },
  ])
})
