import { setTimeout as pause } from 'node:timers/promises'
import { ErrorAnswer, TailGap, TailLogs, TailStats } from '@heartwood/api'
import { ROUTES } from '@heartwood/api/routes'
import { exactIntegers, exactJson } from '@heartwood/event'
import { onInterrupt } from '@heartwood/runtime/interrupt'
import { type EventSourceMessage, EventSourceParserStream } from 'eventsource-parser/stream'
import { CommandError } from '../command-error.ts'
import { paintFor } from '../paint.ts'
import { writeLine } from '../standard-output.ts'
import { terminalText } from '../terminal-text.ts'
import { askStream, describeError } from './ask.ts'
import type { Connection } from './connection.ts'
import { renderLog } from './log-line.ts'

export interface TailOptions {
  readonly service?: string
  readonly level?: string
  /** Follows the audit events instead of the logs. */
  readonly audit?: true
  readonly json?: true
}

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 15_000

/**
 * `heartwood tail`: shows logs as they arrive, until Ctrl-C. What was left out because it came too fast is said. Once it
 * has worked, it connects again by itself when the connection is lost.
 */
export async function tail(connection: Connection, text: string, options: TailOptions): Promise<void> {
  const stopping = new AbortController()
  using _ = onInterrupt({ first: () => stopping.abort(), again: () => process.exit(130) })
  const question = {
    query: text === '' ? '*' : text,
    service: options.service,
    level: options.level,
    dataset: options.audit === true ? 'audit' : undefined,
  }
  const show = shower(question.query, options)
  let worked = false
  let wait = FIRST_PAUSE_MS
  while (!stopping.signal.aborted) {
    try {
      const stream = await askStream(connection, ROUTES.tail, question, stopping.signal)
      if (worked)
        show.note('connected again; logs in between are not shown here, "heartwood query" finds them')
      worked = true
      for await (const message of messagesOf(stream)) {
        wait = FIRST_PAUSE_MS
        await show.message(message)
      }
    } catch (error) {
      if (stopping.signal.aborted) return
      if (!worked || error instanceof TailEnded) throw error
    }
    show.note(`the connection is lost; trying again in ${wait / 1000} s`)
    await pause(wait, undefined, { signal: stopping.signal }).catch(() => {})
    wait = Math.min(wait * 2, LONGEST_PAUSE_MS)
  }
}

/** The server ended the tail for good. */
class TailEnded extends CommandError {}

function messagesOf(stream: ReadableStream<Uint8Array>): ReadableStream<EventSourceMessage> {
  return stream.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream())
}

function shower(query: string, options: TailOptions) {
  const paint = paintFor(process.stdout)
  const notePaint = paintFor(process.stderr)
  const multiline = process.stdout.isTTY === true
  let skipped = 0
  const note = (text: string) =>
    void process.stderr.write(`${notePaint('dim', `-- ${terminalText(text)}`)}\n`)
  return {
    note,
    async message({ event, data }: EventSourceMessage): Promise<void> {
      const json: unknown = JSON.parse(data, /\d{16}/.test(data) ? exactIntegers : undefined)
      if (event === 'logs') {
        for (const log of TailLogs.parse(json).logs) {
          await writeLine(options.json === true ? exactJson(log) : renderLog(log, paint, { multiline }))
        }
      } else if (event === 'stats') {
        const stats = TailStats.parse(json)
        const more = stats.skipped - skipped
        if (more > 0) note(`${more.toLocaleString('en-US')} logs skipped: more than can be shown`)
        skipped = stats.skipped
      } else if (event === 'gap') {
        note(`some logs may be missing: ${TailGap.parse(json).reason}`)
      } else if (event === 'error') {
        throw new TailEnded(describeError(ErrorAnswer.parse(json), query).message)
      }
    },
  }
}
