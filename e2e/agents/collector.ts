import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { goBuiltBy } from '../../scripts/stack/go.ts'
import { type Agent, type Destination, startAgent } from './agent.ts'

const VERSION = 'v0.165.0'
const CORE = 'go.opentelemetry.io/collector'
const CONTRIB = 'github.com/open-telemetry/opentelemetry-collector-contrib'
const NAME = 'otelcol'

/** What of the Collector's parts it has, as its builder is told. */
const MANIFEST = [
  'dist:',
  `  name: ${NAME}`,
  '  module: heartwood/otelcol',
  '  output_path: .',
  'receivers:',
  `  - gomod: ${CONTRIB}/receiver/filelogreceiver ${VERSION}`,
  'exporters:',
  `  - gomod: ${CORE}/exporter/otlphttpexporter ${VERSION}`,
  `  - gomod: ${CONTRIB}/exporter/kafkaexporter ${VERSION}`,
  '',
].join('\n')

export type OtlpEncoding = 'otlp_proto' | 'otlp_json'

/** @param encoding of what it puts into Kafka */
export function collector(encoding: OtlpEncoding): Agent {
  return {
    name: `OpenTelemetry Collector, ${encoding}`,
    async start(log, to, folder) {
      const builder = { path: `${CORE}/cmd/builder`, version: VERSION, name: 'builder' }
      const command = await goBuiltBy({ name: NAME, version: VERSION }, builder, async (into) => {
        const manifest = join(into, 'builder.yaml')
        await writeFile(manifest, MANIFEST)
        return ['--config', manifest]
      })
      const config = join(folder, 'otelcol.yaml')
      await writeFile(config, configOf(log, to, encoding))
      return startAgent(command, ['--config', config], folder)
    },
  }
}

function configOf(log: string, to: Destination, encoding: OtlpEncoding): string {
  const exporter = to.kind === 'http' ? 'otlphttp' : 'kafka'
  return [
    'receivers:',
    '  filelog:',
    `    include: [${log}]`,
    '    start_at: beginning',
    'exporters:',
    ...exporterTo(to, encoding),
    'service:',
    '  telemetry: { metrics: { level: none } }',
    '  pipelines:',
    '    logs:',
    '      receivers: [filelog]',
    `      exporters: [${exporter}]`,
    '',
  ].join('\n')
}

function exporterTo(to: Destination, encoding: OtlpEncoding): readonly string[] {
  switch (to.kind) {
    case 'http':
      return [
        '  otlphttp:',
        `    logs_endpoint: "${to.url}/v1/logs"`,
        `    encoding: ${encoding === 'otlp_json' ? 'json' : 'proto'}`,
      ]
    case 'kafka':
      return [
        '  kafka:',
        `    brokers: ["${to.broker}"]`,
        `    logs: { topic: "${to.topic}", encoding: ${encoding} }`,
      ]
  }
}
