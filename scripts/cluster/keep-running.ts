import type { StackServer } from '../stack/server.ts'

const LOOK_MILLIS = 1_000

/** Starts a server again when it has ended unasked, until it is disposed of: before the server itself. */
export function keepRunning(name: string, server: StackServer, say: (line: string) => void): AsyncDisposable {
  let starting: Promise<void> | undefined
  const look = (): void => {
    if (starting !== undefined || server.pid === undefined || runs(server.pid)) return
    say(`${name} ended unexpectedly; starting it again`)
    starting = server
      .start()
      .then(
        () => say(`${name} is ready again`),
        (error: unknown) => say(String(error)),
      )
      .finally(() => {
        starting = undefined
      })
  }
  const timer = setInterval(look, LOOK_MILLIS)
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await starting
    },
  }
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
