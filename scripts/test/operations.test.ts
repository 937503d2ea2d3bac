import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ERROR_CODES } from '@heartwood/runtime'
import { SETTINGS } from '@heartwood/settings'
import { expect, test } from 'vitest'
import { COLD_FORMAT } from '../../packages/log-store/src/cold/manifest/cold-format.ts'
import { SEGMENT_FORMAT } from '../../packages/log-store/src/segments/append/segment-file.ts'
import { IDX_FORMAT } from '../../packages/log-store/src/segments/idx/idx-file.ts'
import { MANIFEST_FORMAT } from '../../packages/log-store/src/segments/manifest/manifest-format.ts'
import { sourceText, unknownMetrics, unsaidQuotes } from '../house/named-in-code.ts'

const ROOT = join(import.meta.dirname, '../..')
const page = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8')
const sources = sourceText(ROOT)
/** Without the examples of commands, which have texts of others. */
const prose = page.replaceAll(/^```[\s\S]*?^```$/gm, '')

test('docs/operations.md names only metrics that the apps have', () => {
  expect(unknownMetrics(page, sources)).toEqual([])
  expect(unknownMetrics('`heartwood_ingest_nothing_bytes`', sources)).toHaveLength(1)
})

test('what it quotes as a symptom is what the product says', () => {
  expect(unsaidQuotes(prose, sources)).toEqual([])
  expect(unsaidQuotes('"nobody says this sentence"', sources)).toHaveLength(1)
})

test('errors it names have their section in docs/errors.md', () => {
  const linked = [...page.matchAll(/\[`(\w+)`\]\(errors\.md#(\w+)-(\d+)\)/g)]
  expect(linked.length).toBeGreaterThan(5)
  const known: Readonly<Record<string, { readonly status: number }>> = ERROR_CODES
  for (const [, code = '', anchor, status] of linked)
    expect([anchor, known[code]?.status]).toEqual([code, Number(status)])
})

test('settings it names are settings', () => {
  const named = new Set(page.match(/\b(?:HEARTWOOD|KAFKA|ELASTICSEARCH|S3)_[A-Z_]*[A-Z]\b/g) ?? [])
  const unknown = [...named].filter(
    (name) => !Object.hasOwn(SETTINGS, name) && name !== 'HEARTWOOD_PUBLISH_ON',
  )
  expect(unknown).toEqual([])
})

test('the versions of the formats are those of the code', () => {
  for (const [format, version] of [
    ['manifest of the archive', COLD_FORMAT],
    ['manifest of the segments', MANIFEST_FORMAT],
    ['segment (Parquet)', SEGMENT_FORMAT],
    ['index of a segment (`.idx`)', IDX_FORMAT],
  ] as const)
    expect(page).toContain(`| ${format} | ${version} |`)
})
