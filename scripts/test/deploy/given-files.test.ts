import { join } from 'node:path'
import { expect, test } from 'vitest'
import { givenFiles, ignoreRules, isGiven } from '../../deploy/image/given-files.ts'

test('the last rule of a .dockerignore that matches a path, or a folder above it, decides', () => {
  const rules = ignoreRules('# comment\n**\n!apps\n!deploy/docker/*.mjs\n**/test\n\n')
  const given = (path: string) => isGiven(path, rules)
  expect(given('apps/web/src/main.ts')).toBe(true)
  expect(given('apps')).toBe(true)
  expect(given('appsettings.json')).toBe(false)
  expect(given('apps/web/test/a.test.ts')).toBe(false)
  expect(given('test/a.ts')).toBe(false)
  expect(given('apps/web/testing/a.ts')).toBe(true)
  expect(given('deploy/docker/health.mjs')).toBe(true)
  expect(given('deploy/docker/more/health.mjs')).toBe(false)
  expect(given('deploy/secrets/access_token')).toBe(false)
})

test('a build is given the sources and nothing that is tested, secret or built', () => {
  const files = givenFiles(join(import.meta.dirname, '../../..'))
  expect(files).toEqual(
    expect.arrayContaining([
      'package-lock.json',
      'apps/indexer/src/main.ts',
      'packages/event/package.json',
      'prisma/schema.prisma',
      'deploy/docker/production-only.mjs',
      'deploy/docker/health.mjs',
    ]),
  )
  expect(
    files.filter((path) => /(^|\/)(test|node_modules|\.next|e2e|bench|docs)\/|^deploy\/secrets/.test(path)),
  ).toEqual([])
})
