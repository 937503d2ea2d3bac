import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { stackFolder } from './server.ts'

/**
 * A folder that is filled once and kept. It gets its name when it is whole, so a fetch that was cut off, or a second one
 * beside it, does no harm.
 * @param fill puts the content into the folder it is given second; the first is for what it needs on the way
 */
export async function kept(
  name: string,
  fill: (unfinished: string, into: string) => Promise<void>,
): Promise<string> {
  const folder = join(stackFolder(), name)
  if (await exists(folder)) return folder
  await mkdir(stackFolder(), { recursive: true })
  const unfinished = await mkdtemp(join(stackFolder(), 'unfinished-'))
  try {
    const into = join(unfinished, 'content')
    await fill(unfinished, into)
    await rename(into, folder).catch(async (error: unknown) => {
      if (!(await exists(folder))) throw error
    })
    return folder
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
