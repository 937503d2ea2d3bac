import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { aptInstall } from '../../../scripts/stack/apt.ts'

/** A message of another program: librdkafka, which has every codec of Kafka, writes them through kcat. */
export async function kcat(args: readonly string[], input = ''): Promise<string> {
  const child = spawn('kcat', args, { stdio: ['pipe', 'pipe', 'pipe'] })
  const failed = once(child, 'error').then(([error]) => Promise.reject(error))
  child.stdin.end(input)
  const outputs = Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = await Promise.race([once(child, 'close'), failed])
  const [stdout, stderr] = await outputs
  if (code !== 0) throw new Error(`kcat ended with ${code}: ${stderr}`)
  return stdout
}

/** Whether kcat is there, installed where we may. */
export async function hasKcat(): Promise<boolean> {
  const works = () =>
    kcat(['-V']).then(
      () => true,
      () => false,
    )
  return (await works()) || ((await aptInstall('kcat')) && (await works()))
}
