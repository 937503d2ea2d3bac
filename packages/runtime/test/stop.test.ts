import { fork } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const PART = fileURLToPath(new URL('stopping-part.ts', import.meta.url))

/** A process with one part to stop, asked to stop when it is there. @returns its exit code and what it wrote */
async function stopped(part: 'ends' | 'never ends'): Promise<{ code: unknown; log: string }> {
  const child = fork(PART, [part], { silent: true, execArgv: [] })
  if (child.stdout === null) throw new Error('no output')
  const log = text(child.stdout)
  await once(child, 'message')
  child.kill('SIGTERM')
  const [code] = await once(child, 'exit')
  return { code, log: await log }
}

test('what ends in order ends with 0; what does not is ended when its time is over, and says so', async () => {
  const [inOrder, hung] = await Promise.all([stopped('ends'), stopped('never ends')])
  expect(inOrder.code).toBe(0)
  expect(inOrder.log).toContain('the part has ended')
  expect(hung.code).toBe(1)
  expect(hung.log).toContain('not stopped after 0.5 s, ending anyway')
})
