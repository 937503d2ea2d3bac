import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Of one command: a machine that reaches no mirror is told so, not kept waiting. */
const LIMIT_MS = 600_000

/** Installs Debian packages where we may (root, and apt is there); false where that cannot be done. */
export async function aptInstall(...packages: readonly string[]): Promise<boolean> {
  if (process.getuid?.() !== 0) return false
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  try {
    await run('apt-get', ['update', '-qq'], { env, timeout: LIMIT_MS })
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
      env,
      timeout: LIMIT_MS,
      maxBuffer: 16 << 20,
    })
    return true
  } catch {
    return false
  }
}
