import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { FILES, writeExpected } from './files.ts'
import { writeArchiveOfCluster } from './write/archive-of-cluster.ts'
import { writeMachine } from './write/machine.ts'
import { writeMachineWithArchive } from './write/machine-with-archive.ts'

/**
 * `node e2e/upgrade/main.ts NAME`: writes files/NAME as the version that runs this writes its files. See README.md. What is there
 * already stays as it is.
 */
const [name] = process.argv.slice(2)
if (name === undefined || !/^\d[\w.-]*$/.test(name)) throw new Error('say how the version is called: 0.1.0')
const into = join(FILES, name)
await mkdir(into)
for (const [kind, write] of [
  ['machine', writeMachine],
  ['machine-with-archive', writeMachineWithArchive],
  ['archive-of-cluster', writeArchiveOfCluster],
] as const) {
  const dir = join(into, kind)
  await mkdir(dir)
  await writeExpected(dir, await write(dir))
}
