import { once } from 'node:events'
import { createServer } from 'node:net'
import type { SettingName } from '@heartwood/settings'
import { Refusal, systemCode } from './refusal.ts'

/** A port that is about to be used: by which setting, for what, on which address. */
export interface PortWish {
  /** Who wishes it: there may be several with one setting. */
  readonly key: string
  readonly setting: SettingName
  /** `the page`, `ingest`... */
  readonly use: string
  readonly host: string
  readonly port: number
  /** Whether the user asked for this port; if not, another will do. */
  readonly named: boolean
}

/**
 * Chooses a free port for every wish, in order: a default that is taken becomes the next free one, said in one line; a
 * port the user named that is taken is a Refusal. Answers the ports by key.
 */
export async function choosePorts(
  wishes: readonly PortWish[],
  say: (line: string) => void,
): Promise<Map<string, number>> {
  const chosen = new Map<string, number>()
  const promised = new Map<number, string>()
  for (const { named, port, setting } of wishes) {
    if (!named) continue
    const other = promised.get(port)
    if (other !== undefined)
      throw new Refusal(`${setting} and ${other} are both ${port}: give each its own port.`)
    promised.set(port, setting)
  }
  for (const wish of wishes) {
    const port = wish.named ? await checkNamed(wish) : await nextFree(wish, new Set(promised.keys()))
    if (port !== wish.port) say(`port ${wish.port} is taken: ${wish.use} uses ${port}`)
    promised.set(port, wish.setting)
    chosen.set(wish.key, port)
  }
  return chosen
}

async function checkNamed({ setting, host, port, use }: PortWish): Promise<number> {
  const state = await probe(host, port)
  if (state === 'free') return port
  throw new Refusal(
    state === 'taken'
      ? `Port ${port} (${setting}, ${use}) is taken by another program: end that program or name another port.`
      : `Port ${port} (${setting}, ${use}) may not be used by this user: name one above 1023.`,
  )
}

async function nextFree({ host, port, use }: PortWish, promised: ReadonlySet<number>): Promise<number> {
  for (let candidate = port; candidate <= 65_535; candidate++) {
    if (!promised.has(candidate) && (await probe(host, candidate)) === 'free') return candidate
  }
  throw new Refusal(`No port from ${port} up is free for ${use}.`)
}

async function probe(host: string, port: number): Promise<'free' | 'taken' | 'forbidden'> {
  const server = createServer()
  try {
    server.listen({ host, port, exclusive: true })
    await once(server, 'listening')
    return 'free'
  } catch (error) {
    const code = systemCode(error)
    if (code === 'EADDRINUSE') return 'taken'
    if (code === 'EACCES') return 'forbidden'
    throw new Refusal(
      `HEARTWOOD_HOST ${host} is not an address of this machine: take 127.0.0.1, 0.0.0.0 or one of its own.`,
      { cause: error },
    )
  } finally {
    server.close()
  }
}
