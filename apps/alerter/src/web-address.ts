import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const Address = z.object({ web_url: z.string().min(1) })

/**
 * Where the page is, without a slash at the end: what the supervisor wrote down, since only it knows how it is reached.
 */
export async function webAddress(dataDir: string, otherwise: () => string): Promise<string> {
  try {
    const text = await readFile(join(dataDir, 'run', 'address.json'), 'utf8')
    return Address.parse(JSON.parse(text)).web_url.replace(/\/+$/, '')
  } catch {
    return otherwise()
  }
}
