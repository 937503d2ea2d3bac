import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { localUrl } from '@heartwood/access'
import type { SettingName, Settings } from '@heartwood/settings'
import { z } from 'zod'
import { CommandError } from '../command-error.ts'

/** Where a running Heartwood is reached, and what to show at its door. */
export interface Connection {
  readonly webUrl: string
  readonly ingestUrl: string
  readonly token: string | undefined
}

const Address = z.object({ web_url: z.url(), ingest_url: z.url() })

/**
 * Finds the running Heartwood: an address that was given, else the one it wrote down in its data folder when it started,
 * else the default one.
 */
export async function findConnection(options: {
  readonly settings: Settings
  readonly named: ReadonlySet<SettingName>
  readonly projectFolder: string
  readonly url?: string | undefined
  readonly ingestUrl?: string | undefined
}): Promise<Connection> {
  const { settings, named, projectFolder } = options
  const base = named.has('HEARTWOOD_DATA_DIR') ? process.cwd() : projectFolder
  const written = await readAddress(join(resolve(base, settings.HEARTWOOD_DATA_DIR), 'run', 'address.json'))
  const { HEARTWOOD_HOST: host } = settings
  return {
    webUrl: checkUrl(options.url) ?? written?.web_url ?? localUrl(host, settings.HEARTWOOD_WEB_PORT),
    ingestUrl:
      checkUrl(options.ingestUrl) ?? written?.ingest_url ?? localUrl(host, settings.HEARTWOOD_INGEST_PORT),
    token: settings.HEARTWOOD_ACCESS_TOKEN,
  }
}

async function readAddress(path: string): Promise<z.infer<typeof Address> | undefined> {
  try {
    return Address.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    // Not running, or running elsewhere: then the default address says so when it is asked.
    return undefined
  }
}

function checkUrl(url: string | undefined): string | undefined {
  if (url === undefined) return undefined
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new CommandError(`${url} is no address; an example: http://127.0.0.1:3000`)
  }
  return url.replace(/\/+$/, '')
}

export function authorization(connection: Connection): Record<string, string> {
  return connection.token === undefined ? {} : { authorization: `Bearer ${connection.token}` }
}

/** Turns what `fetch` throws into a sentence that says what to do. */
export function unreachable(url: string, error: unknown): CommandError {
  const { origin } = new URL(url)
  return new CommandError(`Heartwood does not answer at ${origin}; start it with npm start.`, {
    cause: error,
  })
}
