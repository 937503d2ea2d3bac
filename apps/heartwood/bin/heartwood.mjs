#!/usr/bin/env node
// The `heartwood` command. Plain JavaScript, because the Node that finds it may be older than the project's own,
// on which the command then runs.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import * as module from 'node:module'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

const main = new URL('../src/main.ts', import.meta.url)
const [major] = process.versions.node.split('.').map(Number)

// Compiled code is kept, so that the command starts fast.
const cache = fileURLToPath(new URL('../../../node_modules/.cache/heartwood', import.meta.url))

if (major >= 24) {
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE ?? cache)
  await import(main.href)
} else {
  const node = fileURLToPath(new URL('../../../node_modules/node/bin/node', import.meta.url))
  if (existsSync(node)) run(node)
  else {
    process.stderr.write('Heartwood is not set up yet: run npm start in its folder once.\n')
    process.exitCode = 1
  }
}

function run(node) {
  const child = spawn(node, [fileURLToPath(main), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { NODE_COMPILE_CACHE: cache, ...process.env },
  })
  // Ctrl-C in a terminal reaches both of us; the command takes the two signals as one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}
