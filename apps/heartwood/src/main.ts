import { fileURLToPath } from 'node:url'
import { migrate } from '@heartwood/db/migrate'
import { program } from './program.ts'

/** The `heartwood` command: reads the environment, wires, and turns the outcome into an exit code. */
process.exitCode = await program({
  argv: process.argv,
  env: process.env,
  projectFolder: fileURLToPath(new URL('../../..', import.meta.url)),
  migrate: async (url) => void (await migrate(url)),
})
