import { once } from 'node:events'

/**
 * Standard output for commands that write much: waits where the reader is slow, and ends the command quietly where it has
 * gone (`heartwood query ... | head`).
 */
export async function writeLine(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain')
}

export function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
}
