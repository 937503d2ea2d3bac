import { spawn } from 'node:child_process'

/**
 * Ends process `pid` when we end, however that happens: a shell of its own session holds the other end of a pipe from
 * us, and the kernel closes ours even when we are killed with SIGKILL. Call `release` once the process has ended by
 * itself, so that its number is never signalled again.
 */
export function guardProcess(pid: number, signal: 'INT' | 'TERM'): { release(): void } {
  const script = `read -r word; [ "$word" = released ] || kill -${signal} "$1"`
  const shell = spawn('/bin/sh', ['-c', script, 'guard', String(pid)], {
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  // Without a guard a SIGKILL of ours leaves PostgreSQL running; the next start then stops it (leftover.ts).
  shell.on('error', () => {})
  shell.stdin.on('error', () => {})
  shell.unref()
  return {
    release() {
      shell.stdin.end('released\n')
    },
  }
}
