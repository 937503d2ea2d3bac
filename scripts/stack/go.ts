import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { aptInstall } from './apt.ts'
import { kept } from './kept.ts'

const run = promisify(execFile)

/** Where Go puts itself when it is unpacked, which is often not on the path. */
const UNPACKED = '/usr/local/go/bin/go'

/** It downloads modules and compiles them all, the first time. */
const BUILD_LIMIT_MS = 1_200_000

export interface GoProgram {
  /** The package of its main function. */
  readonly path: string
  readonly version: string
  readonly name: string
}

/** The path of a program that Go builds from a module, with the user's own configuration; built once and kept. */
export async function goProgram({ path, version, name }: GoProgram): Promise<string> {
  const folder = await kept(`${name}-${version}`, async (_unfinished, into) => {
    const go = await findGo()
    await mkdir(into)
    try {
      await run(go, ['install', `${path}@${version}`], {
        env: { ...process.env, GOBIN: into },
        timeout: BUILD_LIMIT_MS,
        maxBuffer: 16 << 20,
      })
    } catch (error) {
      throw new Error(`Go could not build ${name}: ${saidBy(error)}`, { cause: error })
    }
  })
  return join(folder, name)
}

/** The folder of a module's files, which Go downloads once and keeps. */
export async function goModule({ path, version }: Pick<GoProgram, 'path' | 'version'>): Promise<string> {
  const { stdout } = await run(await findGo(), ['mod', 'download', '-json', `${path}@${version}`], {
    cwd: tmpdir(),
    timeout: BUILD_LIMIT_MS,
  })
  return z.object({ Dir: z.string() }).parse(JSON.parse(stdout)).Dir
}

/** Go on the path, or where it is unpacked, installed where we may. Throws one sentence where there is none. */
async function findGo(): Promise<string> {
  const found = (await whereGoIs()) ?? ((await aptInstall('golang-go')) ? await whereGoIs() : undefined)
  if (found === undefined) throw new Error('Go is needed to build the server: install it and try again')
  return found
}

async function whereGoIs(): Promise<string | undefined> {
  for (const go of ['go', UNPACKED])
    if (
      await run(go, ['version']).then(
        () => true,
        () => false,
      )
    )
      return go
  return undefined
}

function saidBy(error: unknown): string {
  const said = typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr) : ''
  return said.trim().split('\n').at(-1) || String(error)
}
