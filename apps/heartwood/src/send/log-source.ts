import { constants, createReadStream, type Stats } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { PassThrough, Readable, type Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { CommandError } from '../command-error.ts'

/** Something to read logs from, uncompressed. */
export interface LogSource {
  readonly name: string
  /** Bytes on disk, for the progress; undefined where nobody knows (a pipe). */
  readonly size: number | undefined
  /** Bytes on disk that were read so far. */
  readonly position: number
  readonly chunks: AsyncIterable<Buffer>
  /** Ends the reading, also of a pipe that is still written to. */
  close(): void
}

/**
 * Files as sources; refuses, before anything is sent, what cannot be one. Each is opened when it is its turn, and read up
 * to the length it has now: one that grows meanwhile (our own log, say) would never end.
 */
export async function fileSources(paths: readonly string[]): Promise<LogSource[]> {
  const sources: LogSource[] = []
  for (const name of paths) {
    const stats = await checkReadable(name)
    // Files of the kernel say they are empty.
    const size = stats.isFile() && stats.size > 0 ? stats.size : undefined
    const end = size === undefined ? {} : { end: size - 1 }
    sources.push(sourceOf(name, () => createReadStream(name, { ...end, highWaterMark: 256 * 1024 }), size))
  }
  return sources
}

async function checkReadable(name: string): Promise<Stats> {
  try {
    const stats = await stat(name)
    if (stats.isDirectory()) {
      throw new CommandError(
        `${name} is a folder; name the files in it, as in: heartwood send ${name.replace(/\/$/, '')}/*.log`,
      )
    }
    await access(name, constants.R_OK)
    return stats
  } catch (error) {
    if (error instanceof CommandError) throw error
    throw new CommandError(`${name} cannot be read: ${reason(error)}.`, { cause: error })
  }
}

export function standardInput(): LogSource {
  return sourceOf('standard input', () => process.stdin, undefined)
}

function sourceOf(name: string, open: () => Readable, size: number | undefined): LogSource {
  let position = 0
  let stream: Readable | undefined
  async function* counted(): AsyncGenerator<Buffer> {
    stream = open()
    for await (const chunk of stream) {
      position += chunk.length
      yield chunk
    }
  }
  return {
    name,
    size,
    get position() {
      return position
    },
    chunks: inflated(name, counted()),
    close: () => void stream?.destroy(),
  }
}

/** Inflates gzip (also several members in a row) and zstd, told by their first bytes; everything else is as it is. */
async function* inflated(name: string, input: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let first = Buffer.alloc(0)
  while (first.length < 4) {
    const { done, value } = await input.next()
    if (done === true) break
    first = Buffer.concat([first, value])
  }
  const whole = Readable.from(restored(first, input))
  const inflater = inflaterFor(first)
  const output = inflater ?? new PassThrough()
  const done = pipeline(whole, output)
  done.catch(() => {})
  try {
    for await (const chunk of output) yield chunk
    await done
  } catch (error) {
    if (inflater === undefined) throw new CommandError(`${name} cannot be read to its end: ${reason(error)}.`)
    throw new CommandError(`${name} is cut off or damaged; what could be unpacked was sent.`, {
      cause: error,
    })
  }
}

async function* restored(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first
  yield* rest
}

function inflaterFor(first: Buffer): Transform | undefined {
  if (first.subarray(0, 2).equals(Buffer.from([0x1f, 0x8b]))) return createGunzip()
  if (first.subarray(0, 4).equals(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]))) return createZstdDecompress()
  return undefined
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EACCES') return 'this user may not'
  return error instanceof Error ? error.message : String(error)
}
