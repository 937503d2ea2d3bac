import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { onLoopback } from '../../../scripts/stack/on-loopback.ts'
import { reachableUrl, snippetsFor, type Target } from '../src/features/send-logs/snippets.ts'

const run = promisify(execFile)

async function ingestStandIn() {
  const requests: { url: string; authorization: string | undefined; body: string }[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    requests.push({ url: request.url ?? '', authorization: request.headers.authorization, body })
    response.end('{}')
  })
  return { ...(await onLoopback(server)), requests }
}

describe('the lines to copy', () => {
  test('the curl line does what it says when it is pasted into a shell', async () => {
    await using ingest = await ingestStandIn()
    const [curl] = snippetsFor({ ingestUrl: ingest.url, needsToken: false, pageHost: 'localhost' })
    await run('sh', ['-c', curl?.text ?? ''])
    expect(ingest.requests).toHaveLength(1)
    expect(ingest.requests[0]?.url).toBe('/ingest?service=hello')
    expect(JSON.parse(ingest.requests[0]?.body ?? '')).toEqual({ level: 'info', message: 'Hello from curl' })
  })

  test('with a token the line takes it from the variable, and the token itself is not on the page', async () => {
    await using ingest = await ingestStandIn()
    const [curl] = snippetsFor({ ingestUrl: ingest.url, needsToken: true, pageHost: 'localhost' })
    await run('sh', ['-c', curl?.text ?? ''], { env: { ...process.env, HEARTWOOD_ACCESS_TOKEN: 'sesame' } })
    expect(ingest.requests[0]?.authorization).toBe('Bearer sesame')
  })

  test('an address of no host is told as the host the page came from', () => {
    const at = (ingestUrl: string) => reachableUrl({ ingestUrl, pageHost: 'logs.lan' })
    expect(at('http://0.0.0.0:4318')).toBe('http://logs.lan:4318')
    expect(at('http://[::]:4318/')).toBe('http://logs.lan:4318')
    expect(at('http://127.0.0.1:4318')).toBe('http://127.0.0.1:4318')
  })

  const textOf = (id: string, target: Partial<Target> = {}) =>
    snippetsFor({
      ingestUrl: 'http://10.1.2.3:4318',
      needsToken: false,
      pageHost: 'localhost',
      ...target,
    }).find((snippet) => snippet.id === id)?.text ?? ''

  test('the configurations of agents are well-formed and hold the address', () => {
    expect(parse(textOf('filebeat'))).toMatchObject({
      'output.elasticsearch': { hosts: ['http://10.1.2.3:4318'] },
    })
    expect(parse(textOf('vector')).sinks.heartwood).toMatchObject({ endpoints: ['http://10.1.2.3:4318'] })
    expect(parse(textOf('fluent-bit')).pipeline.outputs[0]).toMatchObject({ host: '10.1.2.3', port: 4318 })
    expect(parse(textOf('opentelemetry'))).toMatchObject({
      exporters: { otlphttp: { logs_endpoint: 'http://10.1.2.3:4318/v1/logs' } },
      service: { pipelines: { logs: { receivers: ['otlp'], exporters: ['otlphttp'] } } },
    })
    expect(textOf('logstash')).toContain('hosts => ["http://10.1.2.3:4318"]')
  })

  test('an https address without a port becomes host, port and TLS where they are apart', () => {
    const [output] = parse(textOf('fluent-bit', { ingestUrl: 'https://logs.example' })).pipeline.outputs
    expect(output).toMatchObject({ host: 'logs.example', port: 443, tls: 'on' })
  })

  test('with a token every agent takes it from the environment', () => {
    const token = textOf('opentelemetry', { needsToken: true })
    expect(parse(token).exporters.otlphttp.headers).toEqual({
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what the Collector expands
      authorization: 'Bearer ${env:HEARTWOOD_ACCESS_TOKEN}',
    })
    for (const id of ['filebeat', 'fluent-bit', 'vector', 'logstash']) {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what the agents expand
      expect(textOf(id, { needsToken: true })).toContain('${HEARTWOOD_ACCESS_TOKEN}')
      expect(textOf(id)).not.toContain('TOKEN')
    }
  })
})
