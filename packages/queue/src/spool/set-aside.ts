import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Bodies of records that were acknowledged and that the target takes at no time, in a folder on this machine's disk. */
export interface SetAside {
  /**
   * Keeps a body, fsynced, in a file named after its place in the spool, and drops the oldest others where they are more
   * together than the limit. Keeping it again makes the same file. Resolves to its path.
   */
  keep(position: bigint, body: Uint8Array): Promise<string>
  /** Of all that are kept. */
  readonly bytes: number
}

export interface SetAsideOptions {
  readonly folder: string
  /** The newest one stays, however large it is. */
  readonly limitBytes: number
  /** A body that nobody took away in time is gone. */
  readonly dropped: (path: string, bytes: number) => void
}

const NAME = /^(\d+)\.body$/

export async function openSetAside({ folder, limitBytes, dropped }: SetAsideOptions): Promise<SetAside> {
  const kept = await keptIn(folder)
  let last: Promise<unknown> = Promise.resolve()
  const sum = () => [...kept.values()].reduce((total, bytes) => total + bytes, 0)
  const pathOf = (position: bigint) => join(folder, `${position}.body`)

  const dropOldest = async (newest: bigint): Promise<void> => {
    const oldestFirst = [...kept.keys()].filter((one) => one !== newest).sort((a, b) => (a < b ? -1 : 1))
    for (const position of oldestFirst) {
      const bytes = kept.get(position) ?? 0
      if (sum() <= limitBytes) return
      await rm(pathOf(position), { force: true })
      kept.delete(position)
      dropped(pathOf(position), bytes)
    }
  }
  return {
    keep(position, body) {
      const keeping = last.then(async () => {
        await write(folder, pathOf(position), body)
        // Its owner may have taken some away.
        kept.clear()
        for (const [place, bytes] of await keptIn(folder)) kept.set(place, bytes)
        await dropOldest(position)
        return pathOf(position)
      })
      last = keeping.catch(() => undefined)
      return keeping
    },
    get bytes() {
      return sum()
    },
  }
}

async function keptIn(folder: string): Promise<Map<bigint, number>> {
  const names = await readdir(folder).catch(() => [])
  const kept = new Map<bigint, number>()
  for (const name of names) {
    const position = NAME.exec(name)?.[1]
    const found = position && (await stat(join(folder, name)).catch(() => undefined))
    if (position !== undefined && found) kept.set(BigInt(position), found.size)
  }
  return kept
}

async function write(folder: string, path: string, body: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true })
  await using file = await open(path, 'w')
  await file.writeFile(body)
  await file.sync()
  await using directory = await open(folder)
  await directory.sync()
}
