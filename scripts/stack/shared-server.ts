import { inject } from 'vitest'
import { unhurriedFetch } from '../../packages/runtime/src/unhurried-fetch.ts'
import type { SharedServerName } from './shared-servers.ts'

/** The address of a server that all tests of this run share, started if it is not there yet. Never stop it. */
export async function sharedServer(name: SharedServerName): Promise<string> {
  const answer = await unhurriedFetch(`${inject('sharedServers')}/${name}`, { method: 'GET', headers: {} })
  const text = await answer.text()
  if (!answer.ok) throw new Error(text)
  return text
}
