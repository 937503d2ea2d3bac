import { ROUTES } from '@heartwood/api/routes'
import { writeLine } from '../standard-output.ts'
import { ask } from './ask.ts'
import { confirm } from './confirm.ts'
import type { Connection } from './connection.ts'
import type { DemoCommand } from './demo-commands.ts'

export interface DemoOptions {
  readonly yes?: true
  readonly json?: true
}

const SAID = {
  off: 'There is no demo.',
  opening: 'The demo is writing the hour before it began.',
  running: 'The demo is writing about 50 logs a second, under environment:demo.',
  stopped: 'The demo writes no more; what it wrote is under environment:demo.',
  deleting: 'The demo is being deleted.',
} as const

/** `heartwood demo`: how the demo stands, ends its writing, or deletes it with everything it wrote. */
export async function demo(
  connection: Connection,
  command: DemoCommand,
  options: DemoOptions,
): Promise<void> {
  switch (command) {
    case 'status':
    case 'stop': {
      const state = await ask(connection, command === 'stop' ? ROUTES.stopDemo : ROUTES.demo, {})
      return writeLine(options.json === true ? JSON.stringify(state) : SAID[state.state])
    }
    case 'delete': {
      if (options.yes !== true) await confirm('Delete the demo for good, and every log of environment:demo?')
      const { deleted } = await ask(connection, ROUTES.deleteDemo, {})
      const said = `The demo is gone: ${deleted.toLocaleString('en-US')} logs deleted.`
      return writeLine(options.json === true ? JSON.stringify({ deleted }) : said)
    }
  }
}
