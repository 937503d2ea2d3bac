import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
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
  return keptProgram(name, version, (go, into) =>
    build(go, name, ['install', `${path}@${version}`], { env: { ...process.env, GOBIN: into } }),
  )
}

/**
 * The same of a module that Go installs only from within, since it replaces some of the modules it needs.
 * @param main the folder of the main function in the module
 */
export async function goProgramWithin({
  path,
  version,
  name,
  main,
}: GoProgram & { readonly main: string }): Promise<string> {
  return keptProgram(name, version, async (go, into) => {
    const cwd = await goModule({ path, version })
    await build(go, name, ['build', '-o', join(into, name), `./${main}`], { cwd })
  })
}

/**
 * A program that another program, which Go has built, puts together.
 * @param make puts the program of this name into a folder
 */
export async function goBuiltBy(
  { name, version }: Pick<GoProgram, 'name' | 'version'>,
  builder: GoProgram,
  make: (into: string) => Promise<readonly string[]>,
): Promise<string> {
  return keptProgram(name, version, async (go, into) => {
    const command = await goProgram(builder)
    const args = await make(into)
    const path = `${dirname(go)}:${process.env.PATH ?? ''}`
    await build(command, name, args, { env: { ...process.env, PATH: path }, cwd: into })
  })
}

async function keptProgram(
  name: string,
  version: string,
  make: (go: string, into: string) => Promise<void>,
): Promise<string> {
  const folder = await kept(`${name}-${version}`, async (_unfinished, into) => {
    const go = await findGo()
    await mkdir(into)
    await make(go, into)
  })
  return join(folder, name)
}

async function build(
  command: string,
  name: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string },
): Promise<void> {
  try {
    await run(command, args, { ...options, timeout: BUILD_LIMIT_MS, maxBuffer: 16 << 20 })
  } catch (error) {
    throw new Error(`Go could not build ${name}: ${saidBy(error)}`, { cause: error })
  }
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
