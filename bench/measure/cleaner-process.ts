import { rm } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { Duty } from './cleaner.ts'
import { below, processTable } from './process-table.ts'

/** The process of Cleaner: waits until the channel closes, then does its duty and ends. */
const STOP_MILLIS = 60_000
let duty: Duty = { folders: [], pids: [] }

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
process.on('message', (message) => {
  duty = Duty.parse(message)
})
process.on('disconnect', async () => {
  await Promise.all(duty.pids.map(end))
  for (const folder of duty.folders) await rm(folder, { recursive: true, force: true })
  process.exit(0)
})

/** In order if it can be, with all below it. */
async function end(supervisor: number): Promise<void> {
  const all = below(supervisor, processTable())
  signal(supervisor, 'SIGTERM')
  for (let waited = 0; waited < STOP_MILLIS && [...all].some(isAlive); waited += 50) await pause(50)
  for (const pid of all) signal(pid, 'SIGKILL')
}

function isAlive(pid: number): boolean {
  return signal(pid, 0)
}

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name)
  } catch {
    return false
  }
}
