import { existsSync } from 'node:fs'
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DemoState } from './demo-state.ts'

/** The demo's part of the data folder. What is written is on disk when it resolves. */
export interface StateFolder {
  /** Undefined where the demo never began, or is over. */
  read(): Promise<DemoState | undefined>
  write(state: DemoState): Promise<void>
  /** Puts the demo's alert rules beside; the alerter finds them there. */
  writeRules(yaml: string): Promise<void>
  removeRules(): Promise<void>
  /** Nothing is left of the demo but the note that it is over, and why. It does not begin again. */
  end(reason: string): Promise<void>
  readonly ended: boolean
}

/** Throws where the state is there and cannot be understood. */
export async function stateFolder(dataDir: string): Promise<StateFolder> {
  const folder = join(dataDir, 'demo')
  const path = (name: string) => join(folder, name)
  await mkdir(folder, { recursive: true })
  const inTurn = oneAfterTheOther()
  return {
    async read() {
      const text = await readFile(path('state.json'), 'utf8').catch(unlessMissing)
      return text === undefined ? undefined : DemoState.parse(JSON.parse(text))
    },
    // What has been written and whose logs have arrived become known at the same time now and then.
    write: (state) => inTurn(() => replace(folder, 'state.json', `${JSON.stringify(state)}\n`)),
    writeRules: (yaml) => replace(folder, 'alerts.yaml', yaml),
    removeRules: () => rm(path('alerts.yaml'), { force: true }),
    end: (reason) =>
      inTurn(async () => {
        await replace(folder, 'ended.json', `${JSON.stringify({ reason })}\n`)
        await rm(path('alerts.yaml'), { force: true })
        await rm(path('state.json'), { force: true })
      }),
    get ended() {
      return existsSync(path('ended.json'))
    },
  }
}

/** Runs each task when those before it are over, however they ended. */
function oneAfterTheOther(): (task: () => Promise<void>) => Promise<void> {
  let before = Promise.resolve()
  return (task) => {
    const run = before.then(task)
    before = run.catch(() => undefined)
    return run
  }
}

/** A file is there whole or as it was before, also after a power cut. */
async function replace(folder: string, name: string, text: string): Promise<void> {
  const temporary = join(folder, `${name}~`)
  await writeFile(temporary, text, { flush: true })
  await rename(temporary, join(folder, name))
  await using handle = await open(folder)
  await handle.sync()
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}
