// What `npm start` and `npm test` need first: packages installed, generated code and pages built. Plain JavaScript
// without dependencies for Node 20 or newer. Each step is skipped when a stamp says that nothing changed since.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** The environment of everything the project runs: its own tools first on the path, nothing that calls out. */
export function projectEnv() {
  return {
    ...process.env,
    PATH: [join(ROOT, 'node_modules/.bin'), process.env.PATH].join(delimiter),
    NEXT_TELEMETRY_DISABLED: '1',
    TURBO_TELEMETRY_DISABLED: '1',
    CHECKPOINT_DISABLE: '1',
    DO_NOT_TRACK: '1',
  }
}

/** Installs the packages that package-lock.json names, unless they are there. */
export async function ensureInstalled() {
  const stamp = hashOf(['package-lock.json'])
  await step('install packages', join(ROOT, 'node_modules/.heartwood-install'), stamp, 'npm', [
    'ci',
    '--no-audit',
    '--no-fund',
  ])
}

/** Generates the database client and builds the pages, unless their sources are as they were. */
export async function ensureBuilt() {
  const stamp = hashOf([
    'package-lock.json',
    'turbo.json',
    'prisma',
    'prisma.config.ts',
    'packages',
    'apps/web',
  ])
  const built =
    existsSync(join(ROOT, 'apps/web/.next/BUILD_ID')) && existsSync(join(ROOT, 'packages/db/src/generated'))
  await step(
    'build pages and database client',
    join(ROOT, '.heartwood-build'),
    built ? stamp : `${stamp} `,
    'turbo',
    ['run', 'build', '--output-logs=errors-only'],
    stamp,
  )
}

/** Runs a command once for each value of its stamp. On failure shows what it printed and ends the process. */
async function step(title, stampFile, stamp, command, args, stampAfter = stamp) {
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return
  const started = Date.now()
  process.stderr.write(`heartwood | ${title} ...\n`)
  const { code, output } = await run(command, args)
  if (code !== 0) {
    process.stderr.write(`${output}\nheartwood | could not ${title} (exit ${code}); see above.\n`)
    process.exit(1)
  }
  writeFileSync(stampFile, stampAfter)
  process.stderr.write(`heartwood | ${title}: done in ${((Date.now() - started) / 1000).toFixed(1)} s\n`)
}

function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, env: projectEnv(), stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks = []
    child.stdout.on('data', (chunk) => chunks.push(chunk))
    child.stderr.on('data', (chunk) => chunks.push(chunk))
    child.on('error', (error) => resolve({ code: 127, output: `${command}: ${error.message}` }))
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString('utf8') }))
  })
}

const NOT_SOURCE = new Set(['node_modules', '.next', '.turbo', 'generated', 'test', 'next-env.d.ts'])

/** A digest of files and folders with all below them, by name and content. */
function hashOf(paths) {
  const hash = createHash('sha256')
  const add = (path) => {
    const name = path.split('/').at(-1)
    if (NOT_SOURCE.has(name) || !existsSync(join(ROOT, path))) return
    const entries = listFolder(path)
    if (entries === undefined)
      hash
        .update(path)
        .update('\0')
        .update(readFileSync(join(ROOT, path)))
    else for (const entry of entries) add(`${path}/${entry}`)
  }
  for (const path of paths) add(path)
  return hash.digest('hex')
}

function listFolder(path) {
  try {
    return readdirSync(join(ROOT, path)).sort()
  } catch (error) {
    if (error.code === 'ENOTDIR') return undefined
    throw error
  }
}
