import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { goProgram } from '../../stack/go.ts'

const DEPLOY = join(import.meta.dirname, '../../../deploy')
/** The loader of Docker Compose itself. */
const COMPOSE = {
  path: 'github.com/compose-spec/compose-go/v2/cmd',
  version: 'v2.16.2',
  name: 'cmd',
} as const

/** Loads it as Docker Compose does, with the defaults of its variables; the secrets as if they were made. */
async function load(text: string): Promise<string> {
  const command = await goProgram(COMPOSE)
  const folder = await mkdtemp(join(tmpdir(), 'heartwood-compose-'))
  try {
    await promisify(execFile)(process.execPath, [join(DEPLOY, 'secrets.mjs'), join(folder, 'secrets')])
    await writeFile(join(folder, 'compose.yaml'), text.replaceAll(/\$\{[A-Z_]+:-([^}]*)\}/g, '$1'))
    const { stdout } = await promisify(execFile)(command, ['compose.yaml'], { cwd: folder })
    return stdout
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

test('Docker Compose takes the file, and would say what is wrong with it', async () => {
  const text = await readFile(join(DEPLOY, 'compose.yaml'), 'utf8')
  expect(await load(text)).toContain('name: heartwood')
  await expect(load(text.replace('interval: 10s', 'intervall: 10s'))).rejects.toThrow('intervall')
})
