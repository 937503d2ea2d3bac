import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { aptInstall } from './apt.ts'
import { stackFolder } from './server.ts'

const run = promisify(execFile)

export interface Artifact {
  readonly groupId: string
  readonly artifactId: string
  readonly version: string
}

/** The folder with the jars of an artifact and all it needs, fetched by Maven with the user's own configuration and kept. */
export async function jarsOf({ groupId, artifactId, version }: Artifact): Promise<string> {
  return kept(`${artifactId}-${version}`, async (folder, jars) => {
    await writeFile(
      join(folder, 'pom.xml'),
      `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>heartwood</groupId>
  <artifactId>stack</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId><version>${version}</version>
    </dependency>
  </dependencies>
</project>
`,
    )
    await maven(folder, [
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${jars}`,
    ])
  })
}

/** Where a folder inside the zip that an artifact is was unpacked to; fetched and kept in the same way. */
export async function unpacked(artifact: Artifact & { readonly folder: string }): Promise<string> {
  const { groupId, artifactId, version, folder } = artifact
  const content = await kept(`${artifactId}-${version}`, (unfinished, into) =>
    maven(unfinished, [
      'dependency:unpack',
      `-Dartifact=${groupId}:${artifactId}:${version}:zip`,
      `-DoutputDirectory=${into}`,
      `-Dmdep.unpack.includes=${folder}/**`,
    ]),
  )
  return join(content, folder)
}

/**
 * A folder that is filled once and kept. It gets its name when it is whole, so a fetch that was cut off, or a second one
 * beside it, does no harm.
 * @param fill puts the content into the folder it is given second; the first is for what it needs on the way
 */
async function kept(
  name: string,
  fill: (unfinished: string, into: string) => Promise<void>,
): Promise<string> {
  const folder = join(stackFolder(), name)
  if (await exists(folder)) return folder
  await ensureMaven()
  await mkdir(stackFolder(), { recursive: true })
  const unfinished = await mkdtemp(join(stackFolder(), 'unfinished-'))
  try {
    const into = join(unfinished, 'content')
    await fill(unfinished, into)
    await rename(into, folder).catch(async (error: unknown) => {
      if (!(await exists(folder))) throw error
    })
    return folder
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}

/** Runs Maven in a folder, without colours or questions. Throws with what it said. */
export async function maven(folder: string, args: readonly string[]): Promise<void> {
  try {
    await run('mvn', ['-q', '-B', ...args], { cwd: folder, maxBuffer: 16 << 20 })
  } catch (error) {
    const said = typeof error === 'object' && error !== null && 'stdout' in error ? String(error.stdout) : ''
    throw new Error(`Maven could not fetch what was asked for: ${said || String(error)}`, { cause: error })
  }
}

/** Maven on the path, installed where we may. Throws one sentence where there is none. */
export async function ensureMaven(): Promise<void> {
  if (await hasMaven()) return
  await aptInstall('maven')
  if (!(await hasMaven()))
    throw new Error('Maven (mvn) is needed to fetch the server: install it and try again')
}

async function hasMaven(): Promise<boolean> {
  return run('mvn', ['-version']).then(
    () => true,
    () => false,
  )
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
