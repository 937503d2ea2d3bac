import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { FILES, versions } from '../upgrade/files.ts'

const MAIN = join(import.meta.dirname, '../upgrade/main.ts')
const run = promisify(execFile)

test('files that a version wrote are never written over, nor anything that lies around them', async () => {
  const [first] = await versions()
  if (first === undefined) throw new Error('no version wrote anything')
  for (const [name, reason] of [
    [first, `EEXIST: file already exists, mkdir '${join(FILES, first)}'`],
    ['.', 'say how the version is called'],
    ['..', 'say how the version is called'],
  ] as const)
    await expect(run(process.execPath, [MAIN, name])).rejects.toThrow(reason)
})
