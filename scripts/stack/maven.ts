import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { aptInstall } from './apt.ts'
import { kept } from './kept.ts'

const run = promisify(execFile)

/** A distribution has a gigabyte. */
const FETCH_LIMIT_MS = 1_200_000

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
    await run('mvn', ['-q', '-B', ...args], { cwd: folder, maxBuffer: 16 << 20, timeout: FETCH_LIMIT_MS })
  } catch (error) {
    throw new Error(`Maven could not fetch what was asked for: ${saidBy(error)}`, { cause: error })
  }
}

/** Of what it prints the first error says what is wrong; those after it say where to read on. */
function saidBy(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error)
  if ('killed' in error && error.killed === true)
    return `it was not done after ${FETCH_LIMIT_MS / 60_000} minutes`
  const said = 'stdout' in error ? String(error.stdout) : ''
  return /\[ERROR\] (\S.*?)(?: -> \[Help \d+\])?$/m.exec(said)?.[1] || said || String(error)
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
