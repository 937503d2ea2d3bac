import cliProgress from 'cli-progress'
import { terminalText } from '../terminal-text.ts'
import type { LogSource } from './log-source.ts'

export interface Progress {
  update(source: LogSource, lines: number): void
  /** Says something without tearing the bar. */
  note(text: string): void
  end(): void
}

/** A bar on a terminal, nothing elsewhere; notes are lines on standard error either way. */
export function progressOf(sources: readonly LogSource[]): Progress {
  const stream = process.stderr
  const known = sources.every(({ size }) => size !== undefined)
  const total = sources.reduce((sum, { size = 0 }) => sum + size, 0)
  if (stream.isTTY !== true) {
    return { update: () => {}, note: (text) => void stream.write(`${text}\n`), end: () => {} }
  }
  const begun = performance.now()
  const bar = new cliProgress.SingleBar({
    stream,
    hideCursor: true,
    clearOnComplete: true,
    fps: 8,
    format: `${known ? '{bar} {percentage}% | ' : ''}{read} | {lines} lines, {rate} a second | {name}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
  })
  bar.start(Math.max(total, 1), 0, { read: '0 MB', lines: '0', rate: '0', name: '' })
  return {
    update(source, lines) {
      const read = sources.reduce((sum, { position }) => sum + position, 0)
      const seconds = (performance.now() - begun) / 1000
      bar.update(known ? read : 0, {
        read: megabytes(read),
        lines: lines.toLocaleString('en-US'),
        rate: Math.round(lines / Math.max(seconds, 0.001)).toLocaleString('en-US'),
        name: terminalText(source.name),
      })
    },
    note: (text) => void stream.write(`\r\u001b[K${text}\n`),
    end: () => bar.stop(),
  }
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
