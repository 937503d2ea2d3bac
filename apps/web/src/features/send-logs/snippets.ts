/** A way to send logs, as text to copy. */
export interface Snippet {
  readonly id:
    | 'curl'
    | 'file'
    | 'pipe'
    | 'opentelemetry'
    | 'filebeat'
    | 'fluent-bit'
    | 'vector'
    | 'logstash'
    | 'elasticsearch'
  readonly title: string
  readonly about: string
  readonly text: string
  /** The file the text belongs in, where it is no command. */
  readonly file?: string
}

export interface Target {
  /** The ingest address as the server names it. */
  readonly ingestUrl: string
  readonly needsToken: boolean
  /** The host this page came from. */
  readonly pageHost: string
}

const TOKEN_NAME = 'HEARTWOOD_ACCESS_TOKEN'

/**
 * Commands work when pasted into a POSIX shell, configurations in the file they name. The token is a variable of the
 * environment, which all of these tools put in, so that it does not end up in a history or a repository.
 */
export function snippetsFor(target: Target): Snippet[] {
  const to = { url: reachableUrl(target), needsToken: target.needsToken }
  return [
    {
      id: 'curl',
      title: 'curl',
      about: 'One line now: JSON lines, a JSON array or plain text; gzip and zstd too.',
      text: curl(to),
    },
    {
      id: 'file',
      title: 'A file',
      about: 'JSON, logfmt or plain text, also .gz. A retry does not double it. Or drop it on this page.',
      text: 'npx heartwood send app.log --service my-app',
    },
    {
      id: 'pipe',
      title: 'A program',
      about: 'Everything it writes, as it writes it.',
      text: 'my-app 2>&1 | npx heartwood send --service my-app',
    },
    {
      id: 'opentelemetry',
      title: 'OpenTelemetry',
      about: 'A Collector; an SDK takes the address as OTEL_EXPORTER_OTLP_LOGS_ENDPOINT.',
      file: 'collector.yaml',
      text: openTelemetry(to),
    },
    {
      id: 'filebeat',
      title: 'Filebeat',
      about: 'Version 8 or later; there is nothing to set up on the server first.',
      file: 'filebeat.yml',
      text: filebeat(to),
    },
    {
      id: 'fluent-bit',
      title: 'Fluent Bit',
      about: 'Version 2 or later, with its YAML configuration.',
      file: 'fluent-bit.yaml',
      text: fluentBit(to),
    },
    {
      id: 'vector',
      title: 'Vector',
      about: 'Any of its sources can take the place of the file.',
      file: 'vector.yaml',
      text: vector(to),
    },
    {
      id: 'logstash',
      title: 'Logstash',
      about: 'Beside the inputs and filters you have.',
      file: 'pipeline.conf',
      text: logstash(to),
    },
    {
      id: 'elasticsearch',
      title: 'Others',
      about: 'Whatever writes to Elasticsearch with _bulk: use this as its address.',
      text: to.needsToken ? `${to.url}   # Authorization: Bearer $${TOKEN_NAME}` : to.url,
    },
  ]
}

/** `0.0.0.0` is every address of the server and the address of none: the page's own host stands in for it. */
export function reachableUrl({ ingestUrl, pageHost }: Pick<Target, 'ingestUrl' | 'pageHost'>): string {
  const url = ingestUrl.replace(/\/+$/, '')
  return url.replace(/^(https?:\/\/)(?:0\.0\.0\.0|\[::\])(?=[:/]|$)/, `$1${pageHost}`)
}

interface Destination {
  readonly url: string
  readonly needsToken: boolean
}

function curl({ url, needsToken }: Destination): string {
  const token = needsToken ? ` \\\n  -H "Authorization: Bearer $${TOKEN_NAME}"` : ''
  const message = JSON.stringify({ level: 'info', message: 'Hello from curl' })
  return `curl -sS ${quote(`${url}/ingest?service=hello`)}${token} \\\n  -H 'Content-Type: application/json' \\\n  -d ${quote(message)}`
}

function openTelemetry({ url, needsToken }: Destination): string {
  return lines(
    'receivers:',
    '  otlp:',
    '    protocols:',
    '      grpc:',
    '        endpoint: 127.0.0.1:4317',
    '',
    'exporters:',
    '  otlphttp:',
    `    logs_endpoint: "${url}/v1/logs"`,
    needsToken && '    headers:',
    needsToken && `      authorization: "Bearer \${env:${TOKEN_NAME}}"`,
    '',
    'service:',
    '  pipelines:',
    '    logs:',
    '      receivers: [otlp]',
    '      exporters: [otlphttp]',
  )
}

function filebeat({ url, needsToken }: Destination): string {
  return lines(
    'filebeat.inputs:',
    '  - type: filestream',
    '    id: my-app',
    '    paths: [/var/log/my-app/*.log]',
    '',
    'output.elasticsearch:',
    `  hosts: ["${url}"]`,
    needsToken && '  username: heartwood',
    needsToken && `  password: "\${${TOKEN_NAME}}"`,
    '',
    'setup.template.enabled: false',
    'setup.ilm.enabled: false',
  )
}

function fluentBit({ url, needsToken }: Destination): string {
  const { protocol, hostname, port } = new URL(url)
  return lines(
    'pipeline:',
    '  inputs:',
    '    - name: tail',
    '      path: /var/log/my-app/*.log',
    '  outputs:',
    '    - name: es',
    "      match: '*'",
    `      host: ${hostname.replace(/^\[|\]$/g, '')}`,
    `      port: ${port || (protocol === 'https:' ? '443' : '80')}`,
    protocol === 'https:' && '      tls: on',
    '      index: logs',
    '      suppress_type_name: on',
    '      time_key_nanos: on',
    needsToken && '      http_user: heartwood',
    needsToken && `      http_passwd: \${${TOKEN_NAME}}`,
  )
}

function vector({ url, needsToken }: Destination): string {
  return lines(
    'sources:',
    '  my_app:',
    '    type: file',
    '    include: [/var/log/my-app/*.log]',
    '',
    'sinks:',
    '  heartwood:',
    '    type: elasticsearch',
    '    inputs: [my_app]',
    `    endpoints: ["${url}"]`,
    '    api_version: v8',
    '    compression: gzip',
    needsToken && '    auth:',
    needsToken && '      strategy: basic',
    needsToken && '      user: heartwood',
    needsToken && `      password: "\${${TOKEN_NAME}}"`,
  )
}

function logstash({ url, needsToken }: Destination): string {
  return lines(
    'output {',
    '  elasticsearch {',
    `    hosts => ["${url}"]`,
    '    index => "logs"',
    '    data_stream => false',
    '    manage_template => false',
    '    ilm_enabled => false',
    needsToken && '    user => "heartwood"',
    needsToken && `    password => "\${${TOKEN_NAME}}"`,
    '  }',
    '}',
  )
}

function lines(...given: (string | false)[]): string {
  return given.filter((line) => line !== false).join('\n')
}

/** One word for a POSIX shell, whatever is in it. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
