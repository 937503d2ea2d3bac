import { expect, test } from 'vitest'
import { json, text } from './events.ts'

test.each([
  ['level', 'ERROR', 'error'],
  ['level', 'warning', 'warn'],
  ['level', '[WARN]', 'warn'],
  ['level', '\u001b[32minfo\u001b[39m', 'info'],
  ['lvl', 'dbug', 'debug'],
  ['severity', 'CRITICAL', 'error'],
  ['log.level', 'fatal', 'fatal'],
  ['levelname', 'WARNING', 'warn'],
  ['@l', 'Debug', 'debug'],
  ['severity_number', 17, 'error'],
  ['log.syslog.severity.code', 3, 'error'],
] as const)('%s %s is level %s, and no attribute', (key, value, level) => {
  const event = json({ [key]: value })
  expect(event.level).toBe(level)
  expect(event.attributes).toEqual({})
})

test('a level word nobody knows stays an attribute and the level is unknown, whatever the line says', () => {
  const event = json({ level: 'wibble', message: 'ERROR: no' })
  expect(event.level).toBe('unknown')
  expect(event.attributes).toEqual({ level: 'wibble' })
})

test('the numbers of pino and bunyan are levels in their company only', () => {
  expect(json({ level: 50, time: 1718452800000, pid: 7, hostname: 'h', msg: 'x' }).level).toBe('error')
  expect(json({ level: 35, time: 1718452800000, pid: 7, msg: 'x' }).level).toBe('info')
  const bare = json({ level: 50, msg: 'the water is at' })
  expect(bare.level).toBe('unknown')
  expect(bare.attributes).toEqual({ level: 50 })
})

test('the priority of journald is a syslog severity', () => {
  const event = json({ MESSAGE: 'x', PRIORITY: '3', __REALTIME_TIMESTAMP: '1718452800000000' })
  expect(event.level).toBe('error')
  expect(event.timestamp).toBe(1718452800000000000n)
})

test('a status is a level only where it can be nothing else, and stays', () => {
  expect(json({ status: 'error' })).toMatchObject({ level: 'error', attributes: { status: 'error' } })
  expect(json({ status: 'ok' })).toMatchObject({ level: 'unknown', attributes: { status: 'ok' } })
  expect(json({ status: 500 })).toMatchObject({ level: 'unknown', attributes: { status: 500 } })
})

test.each([
  ['ERROR could not connect', 'error'],
  ['[error] could not connect', 'error'],
  ['error: no such file', 'error'],
  ['WARNING:django.request:Not Found', 'warn'],
  ['2024-06-15 11:59:58,123 [main] INFO com.shop.Cart - added', 'info'],
  ['2024-06-15T11:59:58Z WARN  worker: slow', 'warn'],
  ['2024/06/15 11:59:58 [error] 123#0: *1 open() failed', 'error'],
  ['[Sat Jun 15 11:59:58.123456 2024] [core:error] [pid 1] AH00037', 'error'],
  ['2024-06-15 11:59:58.123 UTC [77] ERROR:  relation "x" does not exist', 'error'],
  ['2024-06-15 11:59:58.123 UTC [77] LOG:  checkpoint starting', 'info'],
  ['[2024-06-15 11:59:58] production.ERROR: Undefined variable', 'error'],
  ['E0615 11:59:58.123456   12345 server.go:42] lost', 'error'],
  ['<11>Jun 15 11:59:58 host app[1]: something', 'error'],
  ['<165>1 2024-06-15T11:59:58Z host app - - - hello', 'info'],
  ['started with level=debug', 'debug'],
  ['[main] [req=1] WARN slow', 'warn'],
  ['INFO 2024-06-15 11:59:58,1 module ready', 'info'],
  ['Jun 15 11:59:58 host app[1]: ERROR gone', 'error'],
])('%s has level %s', (line, level) => {
  const event = text(line)
  expect(event.level).toBe(level)
  expect(event.raw ?? event.message).toBe(line)
})

test.each([
  'the user saw an error on the page',
  'please call with Error handling in mind',
  'https://example.com/ERROR/page',
  'water level: f',
  'GET /info HTTP/1.1',
  'no WARN here but somebody says ERROR',
  '<999>not a priority',
])('%s has no level for sure', (line) => {
  expect(text(line).level).toBe('unknown')
})
