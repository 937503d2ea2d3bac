// `npm start`: makes a fresh clone ready, then hands over to `heartwood start` on the project's own Node; with `--cluster`
// (`npm run cluster`) to what starts a cluster. Plain JavaScript without dependencies, because it runs before they are there.
const [major] = process.versions.node.split('.').map(Number)

if (process.platform === 'win32') {
  refuse('Heartwood runs on Linux and macOS; on Windows, run it inside WSL (wsl --install).')
} else if (major < 20) {
  refuse(`Heartwood needs Node 20 or newer to start, and this is ${process.versions.node}: see nodejs.org.`)
} else {
  // An older Node would stumble over the syntax of what these modules import, so they are imported only now.
  Promise.all([import('./setup.mjs'), import('node:child_process'), import('node:os')])
    .then(start)
    .catch((error) => refuse(error.message))
}

function refuse(sentence) {
  process.stderr.write(`${sentence}\n`)
  process.exitCode = 1
}

async function start([
  { ensureInstalled, ensureBuilt, projectEnv, NODE, ROOT },
  { spawn, spawnSync },
  { constants },
]) {
  const isCluster = process.argv[2] === '--cluster'
  const args = process.argv.slice(isCluster ? 3 : 2)
  let heartwood
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (heartwood === undefined) process.exit(128 + constants.signals[signal])
      heartwood.kill(signal)
    })
  }

  await ensureInstalled()
  await ensureBuilt({ pages: !args.includes('--dev') })

  // The channel tells Heartwood that we are gone, even when we are killed; it then stops in order.
  const script = isCluster ? ['scripts/cluster/main.ts'] : ['apps/heartwood/src/main.ts', 'start']
  heartwood = spawn(NODE, [ROOT + script[0], ...script.slice(1), ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    // Compiled code is kept, so that the next start is faster.
    env: { NODE_COMPILE_CACHE: `${ROOT}node_modules/.cache/heartwood`, ...projectEnv() },
  })
  heartwood.on('error', (error) => refuse(`${NODE} does not run: ${error.message}`))
  heartwood.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
  whenNpmIsGone(spawnSync, () => heartwood.connected && heartwood.disconnect())
}

/** npm that is killed ends without a word to its script, which may have a shell in between. */
function whenNpmIsGone(spawnSync, act) {
  if (!('npm_lifecycle_event' in process.env)) return
  const { stdout } = spawnSync('ps', ['-o', 'ppid=,comm=', '-p', String(process.ppid)], { encoding: 'utf8' })
  const [, above, parent] = /^\s*(\d+)\s+(.*?)\s*$/.exec(stdout ?? '') ?? []
  const shell = /(^|\/)-?(sh|dash|bash|ash|zsh|ksh|busybox)$/.test(parent ?? '')
  const npm = shell ? Number(above) : process.ppid
  setInterval(() => {
    try {
      process.kill(npm, 0)
    } catch {
      act()
    }
  }, 1_000).unref()
}
