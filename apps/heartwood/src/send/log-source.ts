import { type FileHandle, open } from 'node:fs/promises'
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
}

/**
 * Opens files as streams and refuses, before anything is sent, what cannot be one. A file is read up to the length it has
 * now: one that grows meanwhile (our own log, say) would never end.
 */
export async function openFiles(paths: readonly string[]): Promise<LogSource[]> {
  const opened: { name: string; file: FileHandle; size: number | undefined }[] = []
  for (const name of paths) {
    const file = await open(name).catch((error: unknown) => {
      throw new CommandError(`${name} cannot be read: ${reason(error)}.`)
    })
    const stat = await file.stat()
    if (stat.isDirectory()) {
      throw new CommandError(
        `${name} is a folder; name the files in it, as in: heartwood send ${name.replace(/\/$/, '')}/*.log`,
      )
    }
    // Files of the kernel say they are empty.
    opened.push({ name, file, size: stat.isFile() && stat.size > 0 ? stat.size : undefined })
  }
  return opened.map(({ name, file, size }) =>
    sourceOf(name, file.createReadStream(size === undefined ? {} : { end: size - 1 }), size),
  )
}

export function standardInput(): LogSource {
  return sourceOf('standard input', process.stdin, undefined)
}

function sourceOf(name: string, stream: Readable, size: number | undefined): LogSource {
  let position = 0
  stream.on('data', (chunk: Buffer) => {
    position += chunk.length
  })
  stream.pause()
  return {
    name,
    size,
    get position() {
      return position
    },
    chunks: inflated(name, stream),
  }
}

/** Inflates gzip (also several members in a row) and zstd, told by their first bytes; everything else is as it is. */
async function* inflated(name: string, stream: Readable): AsyncGenerator<Buffer> {
  const input: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]()
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

async function* restored(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first
  for (;;) {
    const { done, value } = await rest.next()
    if (done === true) return
    yield value
  }
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
