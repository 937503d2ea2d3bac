import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { aptInstall } from './apt.ts'
import { kept } from './kept.ts'

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

/** Runs Maven in a folder, without colours or questions. Throws with what it said. */
export async function maven(folder: string, args: readonly string[]): Promise<void> {
  await ensureMaven()
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
