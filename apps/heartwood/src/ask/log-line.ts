import type { LogJson } from '@heartwood/api'
import { exactJson } from '@heartwood/event'
import type { Paint } from '../paint.ts'
import { terminalText } from '../terminal-text.ts'

/**
 * A log as a person reads it: time, level, service, message, then the attributes. On a terminal the further lines of a
 * message are shown below, each behind a bar, so that no log can pass for another one; elsewhere a log is one line.
 */
export function renderLog(log: LogJson, paint: Paint, options: { readonly multiline: boolean }): string {
  const [first = '', ...further] = options.multiline ? log.message.split(/\r?\n/) : [log.message]
  const head = [
    paint('dim', terminalText(log['@timestamp'])),
    paint(log.level, log.level.toUpperCase().padEnd(7)),
    ...(log.service === undefined ? [] : [paint('accent', terminalText(log.service))]),
    terminalText(first),
    ...extras(log).map(([key, value]) => paint('dim', `${terminalText(key)}=${terminalText(value)}`)),
  ].join(' ')
  return [head, ...further.map((line) => `${paint('dim', '  |')} ${terminalText(line)}`)].join('\n')
}

/** The ids and attributes that a line shows behind its message. */
function extras(log: LogJson): [string, string][] {
  const ids = [
    ['trace_id', log.trace_id],
    ['request_id', log.request_id],
  ] as const
  return [
    ...ids.flatMap(([key, value]): [string, string][] => (value === undefined ? [] : [[key, value]])),
    ...Object.entries(log.attributes).map(([key, value]): [string, string] => [key, attribute(value)]),
  ]
}

function attribute(value: unknown): string {
  if (typeof value === 'string') return /[\s"]/.test(value) || value === '' ? JSON.stringify(value) : value
  return exactJson(value)
}
