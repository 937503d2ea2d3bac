import { execFile } from 'node:child_process'
import { readdir, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { aptInstall } from './apt.ts'

const run = promisify(execFile)

/** Where Linux distributions put their Java. */
const INSTALLED = '/usr/lib/jvm'

/**
 * The home of a Java of at least this version: JAVA_HOME, what is installed, or `java` on the path; the oldest that is
 * new enough. Installs one where it may. Throws one sentence where there is none.
 */
export async function findJava(atLeast: number): Promise<string> {
  const found =
    (await newEnough(atLeast)) ?? ((await installed(atLeast)) ? await newEnough(atLeast) : undefined)
  if (found === undefined)
    throw new Error(`no Java ${atLeast} or newer was found: install a JDK and set JAVA_HOME to its folder`)
  return found
}

async function newEnough(atLeast: number): Promise<string | undefined> {
  const { JAVA_HOME } = process.env
  if (JAVA_HOME && ((await versionOf(JAVA_HOME)) ?? 0) >= atLeast) return JAVA_HOME
  const folders = await readdir(INSTALLED).catch(() => [])
  const homes = [...folders.map((name) => join(INSTALLED, name)), ...(await onThePath())]
  const versions = await Promise.all(homes.map(async (home) => ({ home, version: await versionOf(home) })))
  return versions
    .flatMap(({ home, version }) => (version !== undefined && version >= atLeast ? [{ home, version }] : []))
    .sort((a, b) => a.version - b.version)[0]?.home
}

/** Debian names its packages by version, and which ones it has differs; the newest that suits will do. */
async function installed(atLeast: number): Promise<boolean> {
  for (const version of [17, 21, 25])
    if (version >= atLeast && (await aptInstall(`openjdk-${version}-jre-headless`))) return true
  return false
}

/** Major version of the Java in a folder; undefined where there is none. */
async function versionOf(home: string): Promise<number | undefined> {
  try {
    const { stderr } = await run(join(home, 'bin/java'), ['-version'])
    const major = /version "(\d+)/.exec(stderr)?.[1]
    return major === undefined ? undefined : Number(major)
  } catch {
    return undefined
  }
}

async function onThePath(): Promise<string[]> {
  try {
    const { stdout } = await run('sh', ['-c', 'command -v java'])
    return [dirname(dirname(await realpath(stdout.trim())))]
  } catch {
    return []
  }
}
