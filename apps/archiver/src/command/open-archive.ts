import { stat } from 'node:fs/promises'
import { type ObjectStore, openObjects } from '@heartwood/object-store'
import { archiveName, archivePlace, readSettings, type Settings } from '@heartwood/settings'

export interface OpenArchive extends AsyncDisposable {
  readonly settings: Settings
  readonly objects: ObjectStore
  /** What people call it. */
  readonly name: string
}

/**
 * The archive that the environment names, for a command. Throws an Error with what is wrong with the settings.
 * @param command what it does, for where there is none: `heartwood cold verify looks through an archive`
 */
export async function openArchive(env: NodeJS.ProcessEnv, command: string): Promise<OpenArchive> {
  const read = readSettings(env)
  if (!read.ok) throw new Error(read.errors.join('\n'))
  const place = archivePlace(read.settings)
  if (place === undefined) throw new Error(`${command}: set HEARTWOOD_ARCHIVE to where it is`)
  // One that is opened is made where it is not: a name that was mistyped must not leave a folder behind.
  if (place.kind === 'folder' && !(await isFolder(place.path)))
    throw new Error(`${place.path} is no folder: set HEARTWOOD_ARCHIVE to where the archive is`)
  const objects = await openObjects(place, Date.now())
  return {
    settings: read.settings,
    objects,
    name: archiveName(place),
    [Symbol.asyncDispose]: () => objects.close(),
  }
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found?.isDirectory() === true
}
