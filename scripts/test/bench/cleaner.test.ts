import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Cleaner } from '../../../bench/measure/cleaner.ts'

/** A process that goes on until it is ended. */
async function someProcess(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', "console.log('up'); setInterval(() => {}, 1000)"])
  await once(child.stdout, 'data')
  return child
}

function someFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'heartwood-clean-'))
  writeFileSync(join(folder, 'file'), 'x')
  return folder
}

test('cleaning ends the processes it was told of and removes their folders, and no others', async () => {
  const cleaner = new Cleaner()
  const [ours, others] = [await someProcess(), await someProcess()]
  const [folder, kept] = [someFolder(), someFolder()]
  try {
    cleaner.folder(folder)
    cleaner.folder(kept)
    cleaner.removed(kept)
    if (ours.pid === undefined || others.pid === undefined) throw new Error('no process')
    cleaner.process(ours.pid)
    cleaner.process(others.pid)
    cleaner.ended(others.pid)
    const ended = once(ours, 'exit')
    await cleaner.clean()
    await ended
    expect(existsSync(folder)).toBe(false)
    expect(existsSync(kept)).toBe(true)
    expect(others.exitCode ?? others.signalCode).toBeNull()
  } finally {
    others.kill()
    rmSync(kept, { recursive: true, force: true })
  }
})

test('what a bench that is killed has started is ended and removed all the same', async () => {
  const started = await someProcess()
  const folder = someFolder()
  const cleanerFile = join(import.meta.dirname, '../../../bench/measure/cleaner.ts')
  const bench = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { Cleaner } from ${JSON.stringify(cleanerFile)}
       const cleaner = new Cleaner()
       cleaner.folder(${JSON.stringify(folder)})
       cleaner.process(${started.pid})
       console.log('up')
       setInterval(() => {}, 1000)`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  await once(bench.stdout, 'data')
  const ended = once(started, 'exit')
  bench.kill('SIGKILL')
  await ended
  await expect.poll(() => existsSync(folder), { timeout: 20_000 }).toBe(false)
})
