import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { withSecretFiles } from '@heartwood/settings'
import { program } from './program.ts'

/** The `heartwood` command: reads the environment, wires, and turns the outcome into an exit code. */
const secrets = withSecretFiles(process.env, (path) => readFileSync(path, 'utf8'))
if (secrets.ok) {
  process.exitCode = await program({
    argv: process.argv,
    env: secrets.env,
    projectFolder: fileURLToPath(new URL('../../..', import.meta.url)),
    async migrate(url) {
      const { migrate } = await import('@heartwood/db/migrate')
      await migrate(url)
    },
    become(file, args, env) {
      if (process.execve === undefined) throw new Error('heartwood run needs Linux or macOS')
      return process.execve(file, [...args], env)
    },
  })
} else {
  for (const error of secrets.errors) process.stderr.write(`${error}\n`)
  process.exitCode = 1
}
