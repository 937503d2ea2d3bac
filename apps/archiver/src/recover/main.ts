import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { recoverStore } from '@heartwood/log-store/cold'
import { modeOf } from '@heartwood/settings'
import { openArchive } from '../command/open-archive.ts'
import { type CommandRun, runCommand } from '../command/run-command.ts'
import { foundLine, recoveredLines } from './recovered-lines.ts'

/** `heartwood cold recover`: makes the data folder of a machine that lost it, out of its archive. */
const STORE = 'store'

await runCommand(() => 'interrupted; nothing was made, run it again', recover)

async function recover({ signal, closing, progress }: CommandRun): Promise<void> {
  const archive = await openArchive(process.env, 'heartwood cold recover reads an archive')
  const { settings, objects, name } = closing.use(archive)
  if (modeOf(settings) === 'cluster')
    throw new Error(
      'heartwood cold recover is for one machine: a cluster keeps nothing of the archive in a folder, and finds all of it again by itself',
    )
  const dataDir = settings.HEARTWOOD_DATA_DIR
  await assertEmpty(dataDir)
  progress.tell(`reading what ${name} has`)
  const recovered = await recoverStore({
    ...{ objects, place: name, signal },
    dir: join(dataDir, STORE),
    onProgress: (found) => progress.tell(foundLine(found)),
  })
  progress.clear()
  if (recovered === undefined)
    throw new Error(`${name} has no old logs of one machine, or nothing was moved there yet`)
  for (const line of recoveredLines(recovered, { dataDir, archive: name })) process.stdout.write(`${line}\n`)
  if (recovered.missing > 0) process.exitCode = 1
}

/** What an earlier try left behind is none of the user's. */
async function assertEmpty(dataDir: string): Promise<void> {
  const names = await readdir(dataDir).catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return []
    if (isCode(error, 'ENOTDIR'))
      throw new Error(`${dataDir} is no folder: HEARTWOOD_DATA_DIR names the one to make`)
    throw error
  })
  const [first] = names.filter((name) => name !== `${STORE}.recovering`)
  if (first !== undefined)
    throw new Error(
      `${dataDir} is not empty: it has ${first}. Name a new folder with HEARTWOOD_DATA_DIR, or move this one away`,
    )
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
