import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'

export interface LogFile {
  /** Relative to the folder. */
  readonly name: string
  /** Uncompressed. */
  readonly body: Buffer
  /** The text of the truth beside it. */
  readonly truth: string | undefined
}

const LOGS = /\.(?:log|txt|json|jsonl|ndjson|out|err)(?:\.\d+)?(?:\.gz|\.zst)?$/i

/** The log files below a folder, in order of their names, one at a time. */
export function* logFiles(folder: string): Generator<LogFile> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && LOGS.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  for (const path of names) {
    const truth = `${path.replace(/\.(?:gz|zst)$/i, '')}_structured.csv`
    yield {
      name: path.slice(folder.length).replace(/^\//, ''),
      body: inflated(path, readFileSync(path)),
      truth: existsSync(truth) ? readFileSync(truth, 'utf8') : undefined,
    }
  }
}

function inflated(path: string, body: Buffer): Buffer {
  if (/\.gz$/i.test(path)) return gunzipSync(body)
  return /\.zst$/i.test(path) ? zstdDecompressSync(body) : body
}
