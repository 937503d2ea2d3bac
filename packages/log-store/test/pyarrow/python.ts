import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Beside the other things that are installed for the project. */
const FOLDER = fileURLToPath(new URL('../../../../node_modules/.cache/heartwood-pyarrow', import.meta.url))

/** A folder with pyarrow in it for PYTHONPATH; installed there by the first call. Throws where there is no Python or no pip. */
export async function pyarrowFolder(): Promise<string> {
  if (existsSync(join(FOLDER, 'pyarrow'))) return FOLDER
  console.log('installing pyarrow for python3')
  try {
    await run('python3', ['-m', 'pip', 'install', '--quiet', '--target', FOLDER, 'pyarrow>=17'])
  } catch (error) {
    await rm(FOLDER, { recursive: true, force: true })
    throw error
  }
  return FOLDER
}

/** What a script of this folder prints. */
export async function python(script: string, args: readonly string[]): Promise<string> {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const { stdout } = await run('python3', [path, ...args], {
    env: { ...process.env, PYTHONPATH: await pyarrowFolder() },
    maxBuffer: 1024 * 1024 * 1024,
  })
  return stdout
}
