import type { Outcome } from '../experiments/bench.ts'
import { markdown } from './table.ts'

export interface Circumstances {
  readonly command: string
  readonly date: Date
  readonly minutes: number
  readonly machine: string
}

/** What an experiment found, with the circumstances that it was found in. */
export function figuresOf(
  { sections, problems }: Outcome,
  { command, date, minutes, machine }: Circumstances,
): string {
  return [
    `- command: \`${command}\`, ${date.toISOString().slice(0, 16).replace('T', ' ')} UTC, ${minutes.toFixed(1)} minutes`,
    `- machine: ${machine}`,
    ...problems.map((problem) => `- **PROBLEM**: ${problem}`),
    '',
    markdown(sections),
  ].join('\n')
}
