import { expect, test } from 'vitest'
import { clusterEnvironment } from '../cluster/surroundings.ts'

const SERVERS = { kafka: '127.0.0.1:1', elasticsearch: 'http://127.0.0.1:2', dataFolder: '/data' }

test('servers of our own hold no copies; those the environment names are told nothing', () => {
  expect(clusterEnvironment({}, SERVERS)).toMatchObject({
    KAFKA_BROKERS: '127.0.0.1:1',
    HEARTWOOD_KAFKA_REPLICATION: '1',
    HEARTWOOD_INDEX_REPLICAS: '0',
  })
  const named = { KAFKA_BROKERS: 'kafka:9092', ELASTICSEARCH_URL: 'http://es:9200' }
  expect(clusterEnvironment(named, SERVERS)).toEqual({ HEARTWOOD_DATA_DIR: '/data' })
})

test('what the environment says already stays', () => {
  const env = { HEARTWOOD_KAFKA_PARTITIONS: '3', HEARTWOOD_DATA_DIR: '/mine' }
  const told = clusterEnvironment(env, SERVERS)
  expect(told).not.toHaveProperty('HEARTWOOD_KAFKA_PARTITIONS')
  expect(told).not.toHaveProperty('HEARTWOOD_DATA_DIR')
})
