import { expect, test } from 'vitest'
import { archivePlace, flagOf, modeOf, readSettings, SETTINGS, type SettingName } from '../src/index.ts'

test('without an environment every setting has its default', () => {
  const result = readSettings({})
  expect(result).toMatchObject({
    ok: true,
    settings: {
      HEARTWOOD_WEB_PORT: 3000,
      HEARTWOOD_INGEST_PORT: 4318,
      HEARTWOOD_HOST: '127.0.0.1',
      HEARTWOOD_RETENTION_DAYS: 30,
      HEARTWOOD_MAX_DISK_GB: 10,
    },
  })
  expect(result.ok && result.named.size).toBe(0)
})

test('each wrong setting is one sentence that names it and gives an example, and all are told at once', () => {
  const result = readSettings({
    HEARTWOOD_WEB_PORT: 'http',
    HEARTWOOD_RETENTION_DAYS: '0',
    HEARTWOOD_ACCESS_TOKEN: 'short',
  })
  expect(result.ok).toBe(false)
  const errors = result.ok ? [] : result.errors
  expect(errors.map((error) => error.split(' ')[0])).toEqual([
    'HEARTWOOD_WEB_PORT',
    'HEARTWOOD_ACCESS_TOKEN',
    'HEARTWOOD_RETENTION_DAYS',
  ])
  for (const error of errors) expect(error).toContain('an example: ')
})

test('an empty variable counts as not set, and what the user set is known as named', () => {
  const result = readSettings({ HEARTWOOD_WEB_PORT: '', HEARTWOOD_INGEST_PORT: '9200' })
  expect(result).toMatchObject({
    ok: true,
    settings: { HEARTWOOD_WEB_PORT: 3000, HEARTWOOD_INGEST_PORT: 9200 },
  })
  expect(result.ok && [...result.named]).toEqual(['HEARTWOOD_INGEST_PORT'])
})

test('every example is accepted by its own schema', () => {
  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    const { schema, example } = SETTINGS[name]
    const value = example.startsWith('$(') ? 'x'.repeat(32) : example
    expect([name, schema.safeParse(value).success]).toEqual([name, true])
  }
})

test('flags have the names of the variables', () => {
  expect([flagOf('HEARTWOOD_DATA_DIR'), flagOf('DATABASE_URL')]).toEqual(['--data-dir', '--database-url'])
})

test('Kafka and Elasticsearch make a cluster together; one without the other is refused in one sentence that names both', () => {
  const kafka = { KAFKA_BROKERS: 'localhost:9092' }
  const elasticsearch = { ELASTICSEARCH_URL: 'http://localhost:9200' }
  const modes = [{}, { ...kafka, ...elasticsearch }].map(readSettings)
  expect(modes.map((read) => read.ok && modeOf(read.settings))).toEqual(['standalone', 'cluster'])
  for (const half of [kafka, elasticsearch]) {
    const read = readSettings(half)
    const errors = read.ok ? [] : read.errors
    expect(errors).toHaveLength(1)
    expect(errors[0]).toMatch(/KAFKA_BROKERS.*ELASTICSEARCH_URL|ELASTICSEARCH_URL.*KAFKA_BROKERS/)
  }
})

test.each([
  'https://elastic:pass#word@host:9200',
  'https://elastic:password@host:9200',
  'elastic:password@host',
  'http://host:9200,https://host:1#password',
  'password',
  'ftp://password',
  ' , ',
])('an address of Elasticsearch that cannot be one is refused without being repeated: %s', (given) => {
  const read = readSettings({ KAFKA_BROKERS: 'localhost:9092', ELASTICSEARCH_URL: given })
  const errors = read.ok ? [] : read.errors
  expect(errors).toHaveLength(1)
  expect(errors[0]).toMatch(/^ELASTICSEARCH_URL must /)
  expect(errors[0]).not.toContain('pass')
  if (given.includes('@')) expect(errors[0]).toContain('ELASTICSEARCH_USERNAME')
})

test('nodes of Elasticsearch are separated by commas, and what is empty between them does not count', () => {
  const given = ' http://one:9200 ,, https://two.example.com/es/ ,'
  const read = readSettings({ KAFKA_BROKERS: 'localhost:9092', ELASTICSEARCH_URL: given })
  expect(read.ok && read.settings.ELASTICSEARCH_URL).toBe('http://one:9200,https://two.example.com/es/')
})

test('the place of the archive follows from the settings: none, a folder, a bucket of Amazon or of another server', () => {
  const placeOf = (env: Record<string, string>) => {
    const read = readSettings(env)
    if (!read.ok) throw new Error(read.errors.join('\n'))
    return archivePlace(read.settings)
  }
  expect(placeOf({})).toBeUndefined()
  expect(placeOf({ HEARTWOOD_ARCHIVE: 'off', S3_BUCKET: 'logs' })).toBeUndefined()
  expect(placeOf({ HEARTWOOD_ARCHIVE: '/mnt/archive' })).toEqual({ kind: 'folder', path: '/mnt/archive' })
  const amazon = { kind: 's3', bucket: 'logs', prefix: 'heartwood/', region: 'us-east-1', pathStyle: false }
  expect(placeOf({ HEARTWOOD_ARCHIVE: 's3', S3_BUCKET: 'logs' })).toEqual(amazon)
  const own = { HEARTWOOD_ARCHIVE: 's3', S3_BUCKET: 'logs', S3_ENDPOINT: 'http://127.0.0.1:7070' }
  expect(placeOf(own)).toEqual({ ...amazon, endpoint: own.S3_ENDPOINT, pathStyle: true })
  expect(placeOf({ ...own, S3_PATH_STYLE: 'off' })).toMatchObject({ pathStyle: false })
})

test('an archive in S3 without a bucket, and what is no place or address, are refused in one sentence', () => {
  for (const env of [
    { HEARTWOOD_ARCHIVE: 's3' },
    { HEARTWOOD_ARCHIVE: 'somewhere' },
    { S3_ENDPOINT: 'https://user:password@s3.example.com' },
    { S3_PREFIX: 'no-slash' },
  ]) {
    const read = readSettings(env)
    expect(read.ok).toBe(false)
    if (!read.ok) {
      expect(read.errors).toHaveLength(1)
      expect(read.errors[0]).not.toContain('password')
    }
  }
})
