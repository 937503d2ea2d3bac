import { fileURLToPath } from 'node:url'
import { program } from './program.ts'

/** The `heartwood` command: reads the environment, wires, and turns the outcome into an exit code. */
process.exitCode = await program({
  argv: process.argv,
  env: process.env,
  projectFolder: fileURLToPath(new URL('../../..', import.meta.url)),
  async migrate(url) {
    const { migrate } = await import('@heartwood/db/migrate')
    await migrate(url)
  },
})
