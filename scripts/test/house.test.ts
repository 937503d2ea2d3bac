import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ERROR_CODES } from '@heartwood/runtime'
import { describe, expect, test } from 'vitest'
import { badInputPage } from '../house/bad-input-page.ts'
import { configurationPage } from '../house/configuration-page.ts'
import { formatsPage } from '../house/formats-page.ts'
import { forbiddenImports, MAY_IMPORT } from '../house/imports.ts'
import { missingPaths } from '../house/named-paths.ts'

const ROOT = join(import.meta.dirname, '../..')
const DOCUMENTS = [
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]

describe('the house', () => {
  test('imports go only in the directions that are drawn', () => {
    expect(forbiddenImports(ROOT)).toEqual([])
  })
  test('the drawn directions have no circle', () => {
    const visit = (name: string, path: readonly string[]): void => {
      expect(path).not.toContain(name)
      for (const next of MAY_IMPORT[name] ?? []) visit(next, [...path, name])
    }
    for (const name of Object.keys(MAY_IMPORT)) visit(name, [])
  })
  test.each(DOCUMENTS)('every path that %s names exists', (document) => {
    expect(missingPaths(ROOT, document)).toEqual([])
  })
  test('docs/errors.md has a section for each error code, with its status, and no other', () => {
    const page = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8')
    const sections = [...page.matchAll(/^## `(\w+)` \((\d+)\)$/gm)].map((match) => [
      match[1],
      Number(match[2]),
    ])
    expect(Object.fromEntries(sections)).toEqual(
      Object.fromEntries(Object.entries(ERROR_CODES).map(([code, { status }]) => [code, status])),
    )
  })
  test('docs/configuration.md says what the settings say', () => {
    expect(readFileSync(join(ROOT, 'docs/configuration.md'), 'utf8')).toBe(configurationPage())
  })
  test('docs/bad-input.md says what the tests show', () => {
    expect(readFileSync(join(ROOT, 'docs/bad-input.md'), 'utf8')).toBe(badInputPage())
  })
  test('docs/formats.md shows the formats with the examples that are tested', () => {
    expect(readFileSync(join(ROOT, 'docs/formats.md'), 'utf8')).toBe(formatsPage())
  })
  test('no tracked file holds a path of one machine or a registry address', () => {
    const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' })
      .split('\0')
      .filter((file) => file !== '' && existsSync(join(ROOT, file)))
    const forbidden = new RegExp(
      ['/work' + '/main', '/root' + '/\\.', 'registry\\.npm' + 'js', '\\.library' + '/'].join('|'),
    )
    expect(
      files.filter(
        (file) =>
          /\.(ts|tsx|mjs|md|json|yaml|yml|sh|css|sql|prisma)$/.test(file) &&
          forbidden.test(readFileSync(join(ROOT, file), 'utf8')),
      ),
    ).toEqual([])
  })
})
