import { z } from 'zod'
import { LEVELS } from './app-line.ts'
import type { Output } from './output.ts'

const LogLine = z.looseObject({ level: z.number(), time: z.string(), app: z.string() })

/**
 * Writes each line as JSON under a service of its own (`heartwood-ingest`), so that Heartwood can take its own logs in. What
 * an app prints that is no line of its log becomes the message of one.
 */
export function jsonOutputTo(stream: NodeJS.WritableStream, now: () => Date): Output {
  stream.on('error', () => {})
  const write = (line: object) => stream.write(`${JSON.stringify(line)}\n`)
  const told = (process: string, msg: string, level = 'info') =>
    write({ level, time: now().toISOString(), service: `heartwood-${process}`, msg })
  return {
    app(name, text) {
      const line = LogLine.safeParse(parseJson(text))
      if (!line.success) return void told(appOf(name), text)
      const { level: number, time, app, ...rest } = line.data
      // By name: a number alone says a level only to those who know which library wrote it.
      const level = LEVELS.get(number) ?? number
      write({ level, time, service: `heartwood-${app}`, ...(name !== app && { instance: name }), ...rest })
    },
    postgres(text) {
      const [severity = ''] = text.split(':', 1)
      told('postgres', text, POSTGRES_LEVELS[severity])
    },
    say: (text) => void told('supervisor', text),
    plain(text) {
      if (text.trim() !== '') told('supervisor', text.trim())
    },
  }
}

const POSTGRES_LEVELS: Readonly<Record<string, string>> = {
  WARNING: 'warn',
  ERROR: 'error',
  FATAL: 'error',
  PANIC: 'error',
}

/** `indexer-2` is an indexer. */
function appOf(name: string): string {
  return name.replace(/-\d+$/, '')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
