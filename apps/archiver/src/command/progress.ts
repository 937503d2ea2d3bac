import type { WriteStream } from 'node:tty'

/** How far a command has got, and what it found on the way. */
export interface Progress {
  /** Replaces what was said last of how far it has got; not everything that is said here is shown. */
  tell(line: string): void
  /** A line that stays: what came of something. */
  say(line: string): void
  /** Takes away what was told, so that something else can be written on the same terminal. What is told next is shown at once there. */
  clear(): void
}

/** On a terminal the line is written anew so often; elsewhere, where lines stay, there is one so often. Milliseconds. */
const TERMINAL_MILLIS = 200
const LINES_MILLIS = 10_000

const ERASE = '\r\u001b[K'

type Output = Pick<WriteStream, 'write'> & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>

/**
 * Shows progress on standard error, or what takes its place.
 * @param clock milliseconds
 */
export function progressOn(output: Output, clock: () => number = () => performance.now()): Progress {
  const isTerminal = output.isTTY === true
  let toldAt = isTerminal ? Number.NEGATIVE_INFINITY : clock()
  let isStanding = false
  const clear = () => {
    if (!isStanding) return
    output.write(ERASE)
    isStanding = false
    toldAt = Number.NEGATIVE_INFINITY
  }
  return {
    tell(line) {
      const time = clock()
      if (time - toldAt < (isTerminal ? TERMINAL_MILLIS : LINES_MILLIS)) return
      toldAt = time
      output.write(isTerminal ? ERASE + line.slice(0, (output.columns || 80) - 1) : `${line}\n`)
      isStanding = isTerminal
    },
    say(line) {
      clear()
      output.write(`${line}\n`)
    },
    clear,
  }
}
