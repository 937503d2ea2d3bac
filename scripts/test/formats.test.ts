import { execFile } from 'node:child_process'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

const run = promisify(execFile)
const MAIN = join(import.meta.dirname, '../formats/main.ts')

const LOG = `2024-06-12 10:11:12,123 INFO [main] com.shop.Cart: paid
2024-06-12 10:11:13,123 ERROR [main] com.shop.Cart: gone
java.io.IOException: x
\tat a.b.C.d(C.java:1)
`
const TRUTH = `LineId,Date,Time,Level,Content
1,2024-06-12,"10:11:12,123",INFO,paid
2,2024-06-12,"10:11:13,123",ERROR,"gone, ""really"""
`

async function folder() {
  const made = await mkdtempDisposable(join(tmpdir(), 'heartwood-formats-'))
  await writeFile(join(made.path, 'shop.log.gz'), gzipSync(LOG))
  return made
}

/** The cells of the row of a file, and the exit code. */
async function rowOf(path: string, ...more: string[]): Promise<{ cells: string[]; code: number }> {
  const { stdout, code } = await run(process.execPath, [MAIN, '--data', path, ...more]).then(
    ({ stdout }) => ({ stdout, code: 0 }),
    (error: { stdout: string; code: number }) => error,
  )
  const row = stdout.split('\n').find((line) => line.startsWith('shop.log.gz')) ?? ''
  return { cells: row.split(/\s{2,}/), code }
}

test('a row says how much of a file is understood, and how much of it is right', async () => {
  await using data = await folder()
  expect(await rowOf(data.path)).toEqual({
    cells: ['shop.log.gz', '4', '2', '100.0 %', '100.0 %', '100.0 %', '1', '-', '-'],
    code: 0,
  })
  await writeFile(join(data.path, 'shop.log_structured.csv'), TRUTH)
  const right = await rowOf(data.path, '--at-least', '1')
  expect([right.cells.slice(-2), right.code]).toEqual([['100.0 %', '100.0 %'], 0])
})

test('where less is right than is asked for, it ends with 1', async () => {
  await using data = await folder()
  await writeFile(join(data.path, 'shop.log_structured.csv'), TRUTH.replace('10:11:13', '10:11:14'))
  const wrong = await rowOf(data.path, '--at-least', '0.98')
  expect([wrong.cells.slice(-2), wrong.code]).toEqual([['50.0 %', '100.0 %'], 1])
})
