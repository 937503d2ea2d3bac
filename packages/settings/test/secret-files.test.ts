import { expect, test } from 'vitest'
import { withSecretFiles } from '../src/index.ts'

const FILES: Readonly<Record<string, string>> = { '/run/secrets/kafka': 'pass word\n', '/empty': '\n' }

function read(path: string): string {
  const text = FILES[path]
  if (text === undefined) throw new Error('ENOENT')
  return text
}

test('a secret comes out of the file that is named for it, without its last line end', () => {
  const result = withSecretFiles({ PATH: '/bin', KAFKA_PASSWORD_FILE: '/run/secrets/kafka' }, read)
  expect(result).toEqual({ ok: true, env: { PATH: '/bin', KAFKA_PASSWORD: 'pass word' } })
})

test('only secrets come out of files, and an empty name is none', () => {
  const env = { HEARTWOOD_HOST_FILE: '/run/secrets/kafka', KAFKA_PASSWORD_FILE: ' ', KAFKA_PASSWORD: 'own' }
  expect(withSecretFiles(env, read)).toEqual({
    ok: true,
    env: { HEARTWOOD_HOST_FILE: '/run/secrets/kafka', KAFKA_PASSWORD: 'own' },
  })
})

test('a file that is not there or empty, and a secret that is said twice, are refused by name', () => {
  const result = withSecretFiles(
    {
      DATABASE_URL_FILE: '/nowhere',
      KAFKA_PASSWORD_FILE: '/empty',
      ELASTICSEARCH_PASSWORD: 'a',
      ELASTICSEARCH_PASSWORD_FILE: '/run/secrets/kafka',
    },
    read,
  )
  expect(result.ok ? [] : result.errors).toEqual([
    'The file /empty, which KAFKA_PASSWORD_FILE names, is empty.',
    'ELASTICSEARCH_PASSWORD and ELASTICSEARCH_PASSWORD_FILE are both set: set one of them.',
    'The file /nowhere, which DATABASE_URL_FILE names, cannot be read: ENOENT',
  ])
})
