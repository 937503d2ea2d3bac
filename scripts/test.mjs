// Runs every check of the project on a machine that may have nothing but Node 20 and npm: installs, builds, lints,
// type-checks, tests. Plain JavaScript without dependencies, because it runs before they are there.
//   node scripts/test.mjs          what `npm test` means
//   node scripts/test.mjs --all    and what is slower (npm run test:all)
//   node scripts/test.mjs --cluster   with real servers of other makers instead (npm run test:cluster)
//   node scripts/test.mjs --both   one after the other, with one total
// The last line is `N passed, N failed`; skipped tests are listed above it.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBuilt, ensureInstalled, projectEnv, ROOT } from './setup.mjs'

const all = process.argv.includes('--all')
const both = process.argv.includes('--both')
const cluster = both || process.argv.includes('--cluster')
const alone = both || !cluster
const reports = mkdtempSync(join(tmpdir(), 'heartwood-test-'))
const outcome = { passed: 0, failed: 0, skipped: [], failures: [] }
let running

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    running?.kill(signal)
    process.exit(130)
  })
}

/** Runs a command with its output shown; resolves to its exit code. */
function run(command, args, env = {}) {
  return new Promise((resolve) => {
    running = spawn(command, args, { cwd: ROOT, stdio: 'inherit', env: { ...projectEnv(), ...env } })
    running.on('error', () => resolve(127))
    running.on('exit', (code, signal) => resolve(signal ? 1 : code))
  })
}

/** A check that is one test: passes when the command exits 0. Resolves to whether it did. */
async function check(title, command, args, env) {
  const started = Date.now()
  console.log(`\n== ${title}`)
  const code = await run(command, args, env)
  console.log(
    `== ${title}: ${code === 0 ? 'ok' : `failed (exit ${code})`}, ${((Date.now() - started) / 1000).toFixed(1)} s`,
  )
  count(code === 0, title)
  return code === 0
}

function count(ok, title) {
  if (ok) outcome.passed++
  else {
    outcome.failed++
    outcome.failures.push(title)
  }
}

/** vitest and its JSON report: every test counts. */
async function unitTests(title, config) {
  console.log(`\n== ${title}`)
  const report = join(reports, `${config}.json`)
  const code = await run(
    'vitest',
    ['run', `--config=${config}`, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    { HEARTWOOD_TEST_THOROUGH: String(all) },
  )
  if (!existsSync(report)) return count(false, `vitest wrote no report (exit ${code})`)
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'))
  for (const file of testResults) {
    if (file.status === 'failed' && file.assertionResults.length === 0)
      count(false, `${file.name}: ${file.message}`)
    for (const test of file.assertionResults) {
      if (test.status === 'passed') outcome.passed++
      else if (test.status === 'failed') count(false, test.fullName)
      else outcome.skipped.push(test.fullName)
    }
  }
  if (code !== 0 && outcome.failed === 0) count(false, `vitest exited ${code}`)
}

/** Playwright and its JSON report: every story counts. */
async function stories() {
  console.log('\n== browser stories')
  const report = join(reports, 'playwright.json')
  const code = await run('playwright', ['test', '--reporter=list,json'], {
    PLAYWRIGHT_JSON_OUTPUT_NAME: report,
  })
  if (!existsSync(report)) return count(false, `playwright wrote no report (exit ${code})`)
  const { suites, errors } = JSON.parse(readFileSync(report, 'utf8'))
  for (const error of errors) count(false, error.message)
  const before = outcome.failed
  for (const spec of suites.flatMap(specsOf)) {
    const status = spec.tests[0]?.status
    if (status === 'skipped') outcome.skipped.push(spec.title)
    else count(status === 'expected', spec.title)
  }
  if (code !== 0 && outcome.failed === before && errors.length === 0)
    count(false, `playwright exited ${code}`)
}

function specsOf(suite) {
  return [...suite.specs, ...(suite.suites ?? []).flatMap(specsOf)]
}

/** Packages of Debian, where this is one and may install; false otherwise. */
async function aptInstall(...packages) {
  const apt = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0
  if (!apt) return false
  console.log(`== installing ${packages.join(', ')}`)
  await run('apt-get', ['update', '-qq'])
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  return (await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], env)) === 0
}

/** A Chromium for the stories: the one named, the system's, Debian's package, or Playwright's own download. */
async function ensureChromium() {
  if (process.env.HEARTWOOD_CHROMIUM || existsSync('/usr/bin/chromium')) return
  if (!(await aptInstall('chromium'))) await run('playwright', ['install', 'chromium'])
}

/** A Python with pip, which another reader of the segments is installed with. */
async function ensurePip() {
  if (spawnSync('python3', ['-m', 'pip', '--version']).status !== 0) {
    await aptInstall('python3', 'python3-pip')
  }
}

/** What `npm test` means. */
async function everything() {
  await check('lint', 'biome', ['check', '.'])
  await check('types', 'tsc', ['-p', 'tsconfig.json'])
  await check('types of the pages', 'tsc', ['-p', 'apps/web/tsconfig.json'])
  await unitTests('unit, contract and property tests', 'vitest.config.ts')
  if (all) {
    await unitTests('deployment, with Helm, Compose and systemd', 'vitest.deploy.config.ts')
    await unitTests('agents of other makers', 'vitest.agents.config.ts')
    await ensurePip()
    await check('segments read by pyarrow', 'node', ['packages/log-store/test/pyarrow/main.ts'])
    await check('mutated bodies', 'node', ['apps/indexer/test/fuzz/main.ts', '--count', '100000'])
    await check('endless names of fields', 'node', ['apps/indexer/test/endless-names/main.ts'])
  }
  await check('faults', 'node', ['e2e/faults/main.ts', '--rounds', all ? '200' : '8'])
  await ensureChromium()
  await stories()
}

/** The same apps with Kafka, Elasticsearch and PostgreSQL. */
async function withServers() {
  // Without them each of the tests would say the same, one after the other.
  if (!(await check('servers to test with', 'node', ['scripts/stack/fetch.ts']))) return
  await unitTests('tests with real servers', 'vitest.cluster.config.ts')
  await check('faults of a cluster', 'node', ['e2e/faults/cluster/main.ts', '--short'])
  await check('faults of days between hot and cold', 'node', ['e2e/faults/cluster/days.ts', '--short'])
}

await ensureInstalled()
await ensureBuilt()
if (alone) await everything()
if (cluster) await withServers()

rmSync(reports, { recursive: true, force: true })
console.log(
  outcome.skipped.length === 0 ? '\nNo test was skipped.' : `\nSkipped:\n  ${outcome.skipped.join('\n  ')}`,
)
if (outcome.failures.length > 0) console.log(`Failed:\n  ${outcome.failures.join('\n  ')}`)
console.log(`${outcome.passed} passed, ${outcome.failed} failed`)
process.exit(outcome.failed === 0 && outcome.passed > 0 ? 0 : 1)
