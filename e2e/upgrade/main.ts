import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { FILES, writeExpected } from './files.ts'
import { writeArchiveOfCluster } from './write/archive-of-cluster.ts'
import { writeMachine } from './write/machine.ts'
import { writeMachineWithArchive } from './write/machine-with-archive.ts'

/** `node e2e/upgrade/main.ts NAME`: writes files/NAME as the version that runs this writes its files. See README.md. */
const [name] = process.argv.slice(2)
if (name === undefined || !/^[\w.-]+$/.test(name)) throw new Error('say how the version is called: 0.1.0')
const into = join(FILES, name)
await rm(into, { recursive: true, force: true })
for (const [kind, write] of [
  ['machine', writeMachine],
  ['machine-with-archive', writeMachineWithArchive],
  ['archive-of-cluster', writeArchiveOfCluster],
] as const) {
  const dir = join(into, kind)
  await mkdir(dir, { recursive: true })
  await writeExpected(dir, await write(dir))
}
