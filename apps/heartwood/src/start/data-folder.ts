import { randomUUID } from 'node:crypto'
import { mkdir, realpath, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Refusal, systemCode } from './refusal.ts'

/**
 * Makes the data folder with its `run` folder and proves that we can write there. Answers its real path; throws a
 * Refusal of one sentence.
 */
export async function openDataFolder(path: string): Promise<string> {
  try {
    await mkdir(join(path, 'run'), { recursive: true })
    const folder = await realpath(path)
    const probe = join(folder, 'run', `probe.${randomUUID()}`)
    await writeFile(probe, 'x')
    await rm(probe)
    return folder
  } catch (error) {
    throw new Refusal(`The data folder ${path} ${why(error)}; choose another with --data-dir.`, {
      cause: error,
    })
  }
}

function why(error: unknown): string {
  switch (systemCode(error)) {
    case 'EACCES':
    case 'EPERM':
      return 'is not writable for this user'
    case 'EROFS':
      return 'is on a read-only file system'
    case 'ENOTDIR':
    case 'EEXIST':
      return 'is not a folder'
    case 'ENOSPC':
      return 'is on a disk that is full'
    default:
      return `cannot be used (${error instanceof Error ? error.message : String(error)})`
  }
}
