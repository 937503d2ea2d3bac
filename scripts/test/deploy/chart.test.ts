import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SETTINGS } from '@heartwood/settings'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { clusterApps } from '../../deploy/apps.ts'
import { dockerfile } from '../../deploy/dockerfile.ts'

const ROOT = join(import.meta.dirname, '../../..')
const CHART = join(ROOT, 'deploy/helm/heartwood')
const Values = z.looseObject({ settings: z.record(z.string(), z.unknown()) })
const values = Values.parse(parse(readFileSync(join(CHART, 'values.yaml'), 'utf8')))
const schema: unknown = JSON.parse(readFileSync(join(CHART, 'values.schema.json'), 'utf8'))
const pod = readFileSync(join(CHART, 'templates/_helpers.tpl'), 'utf8')

/** What is wrong with these values, in the words of the schema. */
function refused(more: object): string {
  if (typeof schema !== 'object' || schema === null) throw new Error('no schema')
  const ajv = new Ajv({ allErrors: true, strict: false })
  ajv.validate(schema, { ...values, ...more })
  return ajv.errorsText()
}

const SERVERS = { KAFKA_BROKERS: 'kafka:9092', ELASTICSEARCH_URL: 'https://elasticsearch:9200' }

describe('the chart', () => {
  test('is of the version that it installs', () => {
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')))
    expect(parse(readFileSync(join(CHART, 'Chart.yaml'), 'utf8'))).toMatchObject({
      version,
      appVersion: version,
    })
  })

  test('knows each app of a cluster by the port it has', () => {
    const ports = [...pod.matchAll(/^(\w+): (\d+)$/gm)].map(
      ([, app = '', port]) => [app, Number(port)] as const,
    )
    expect(new Map(ports)).toEqual(clusterApps())
  })

  test('scales indexers by the lag of the group that they are', () => {
    const scaling = readFileSync(join(CHART, 'templates/indexer-scaling.yaml'), 'utf8')
    const [, group = ''] = /consumerGroup: \{\{ \$prefix \}\}(\S+)/.exec(scaling) ?? []
    const indexer = readFileSync(join(ROOT, 'apps/indexer/src/cluster/run-in-cluster.ts'), 'utf8')
    expect(indexer).toContain(`const GROUP = '${group}'`)
    expect(scaling).toContain(`default "${SETTINGS.HEARTWOOD_TOPIC_PREFIX.schema.parse(undefined)}"`)
  })

  test('runs the user of the image', () => {
    const user = dockerfile(readFileSync(join(ROOT, 'deploy/docker/Dockerfile'), 'utf8'))
      .find(({ name }) => name === 'USER')
      ?.text.split(':')[0]
    expect(pod).toContain(`runAsUser: ${user}`)
  })
})

describe('values', () => {
  test('need nothing but the addresses of Kafka and Elasticsearch', () => {
    expect(refused({ settings: SERVERS })).toBe('No errors')
    expect(refused({})).toMatch(/KAFKA_BROKERS.*ELASTICSEARCH_URL/)
  })
  test.each([
    [{ settings: { ...SERVERS, KAFKA_PASSWORD: 'x' } }, 'propertyNames'],
    [{ settings: { ...SERVERS, PATH: 'x' } }, 'propertyNames'],
    [{ settings: SERVERS, ingest: { replicas: 0, resources: {} } }, '/ingest/replicas must be >= 1'],
    [{ settings: SERVERS, indexers: {} }, 'must NOT have additional properties'],
    [{ settings: SERVERS, query: { replicas: 1, resources: {}, cacheSize: 'much' } }, '/query/cacheSize'],
  ])('that are mistaken or secret are refused: %j', (more, said) => {
    expect(refused(more).replaceAll('property name', 'propertyNames')).toContain(said)
  })
})
