import type { Settings } from '@heartwood/settings'
import { type Logger, pino } from 'pino'

type LogSettings = Pick<Settings, 'HEARTWOOD_LOG_FORMAT' | 'HEARTWOOD_LOG_LEVEL' | 'HEARTWOOD_INSTANCE'>

/**
 * The log of an app, JSON lines on `stream`. Below a supervisor they are pino's own, which it makes into what
 * HEARTWOOD_LOG_FORMAT says. An app that runs alone writes that JSON itself: level by name, a service of its own.
 */
export function appLog(
  name: string,
  settings: LogSettings,
  { isAlone, stream = process.stdout }: { isAlone: boolean; stream?: NodeJS.WritableStream },
): Logger {
  const { HEARTWOOD_LOG_FORMAT: format, HEARTWOOD_LOG_LEVEL: level, HEARTWOOD_INSTANCE: instance } = settings
  const options = { level, timestamp: pino.stdTimeFunctions.isoTime }
  if (!isAlone || format === 'text') return pino({ ...options, base: { app: name } }, stream)
  return pino(
    {
      ...options,
      base: { service: `heartwood-${name}`, ...(instance !== undefined && { instance }) },
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  )
}
