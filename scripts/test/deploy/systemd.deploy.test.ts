import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { clusterApps } from '../../deploy/apps.ts'

const ROOT = join(import.meta.dirname, '../../..')
const FOLDER = join(ROOT, 'deploy/systemd')
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0

/** What systemd says of the units, as if this checkout were in /opt/heartwood; nothing where it has nothing to say. */
async function verified(change: (text: string) => string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'heartwood-units-'))
  try {
    const units: string[] = []
    const write = async (name: string, text: string) => {
      units.push(join(folder, name))
      await writeFile(join(folder, name), change(text.replaceAll('/opt/heartwood', ROOT)))
    }
    for (const name of await readdir(FOLDER)) {
      const text = await readFile(join(FOLDER, name), 'utf8')
      if (name.includes('@'))
        for (const app of clusterApps().keys()) await write(name.replace('@', `@${app}`), text)
      else if (!name.endsWith('.conf')) await write(name, text)
    }
    const { stderr } = await promisify(execFile)('systemd-analyze', ['verify', '--man=no', ...units])
    return stderr.trim()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

test.runIf(hasSystemd)('systemd has nothing to say against the units, and would have', async () => {
  expect(await verified((text) => text)).toBe('')
  expect(await verified((text) => text.replace('Restart=always', 'Restart=for-ever'))).toContain('for-ever')
})
