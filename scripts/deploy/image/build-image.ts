import { execFile } from 'node:child_process'
import { cp, mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { dockerfile, execForm, type Instruction } from '../dockerfile.ts'
import { givenFiles } from './given-files.ts'

/** What an image is without an engine: a folder, and how it is started. */
export interface Image {
  /** What is /opt/heartwood in a container. */
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  readonly entrypoint: readonly string[]
  readonly command: readonly string[]
  /** Without the port that it may be given. */
  readonly health: readonly string[]
}

/**
 * Follows deploy/docker/Dockerfile step by step in a folder of this machine, with the Node that runs this: what the build stage
 * copies, sets and runs, and what the last stage says of how it is started. Throws what a step printed where it fails.
 */
export async function buildImage(root: string, folder: string): Promise<Image> {
  const instructions = dockerfile(await readFile(join(root, 'deploy/docker/Dockerfile'), 'utf8'))
  for (const path of givenFiles(root)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await cp(join(root, path), join(folder, path))
  }
  const env = { ...machineEnv(), ...environment(instructions, 'build') }
  for (const step of textsOf(instructions, 'build', 'RUN'))
    await promisify(execFile)('sh', ['-c', step], { cwd: folder, env, maxBuffer: 64 << 20 })
  return imageIn(folder, instructions)
}

/** What the last stage of a Dockerfile says of the image that lies in a folder. */
export function imageIn(folder: string, instructions: readonly Instruction[]): Image {
  const [entrypoint = '[]', command = '[]', health = ''] = ['ENTRYPOINT', 'CMD', 'HEALTHCHECK'].map(
    (name) => textsOf(instructions, 'heartwood', name)[0],
  )
  return {
    folder,
    env: environment(instructions, 'heartwood'),
    entrypoint: execForm(entrypoint),
    command: execForm(command),
    health: execForm(health.replace(/^.* CMD /, '')),
  }
}

function textsOf(instructions: readonly Instruction[], stage: string, name: string): string[] {
  return instructions.filter((one) => one.stage === stage && one.name === name).map(({ text }) => text)
}

/** What an engine would bring along: our Node, and a home for npm. */
export function machineEnv(): Record<string, string> {
  const { PATH = '', HOME = '/tmp' } = process.env
  return { PATH: `${dirname(process.execPath)}:${PATH}`, HOME }
}

/** The ENV instructions of a stage; no value of ours has spaces. */
function environment(instructions: readonly Instruction[], wanted: string): Record<string, string> {
  const pairs = instructions
    .filter(({ stage, name }) => stage === wanted && name === 'ENV')
    .flatMap(({ text }) => text.split(/\s+/))
  return Object.fromEntries(pairs.map((pair) => pair.split('=')))
}
