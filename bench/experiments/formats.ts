import { acceptLogs, decodeRecord, recordHeader } from '@heartwood/doors'
import { runPipeline, STANDARD_STEPS } from '@heartwood/pipeline'
import { formatExamples } from '@heartwood/pipeline/examples'
import { percentile } from '../measure/percentiles.ts'
import type { Row } from '../report/table.ts'
import type { Bench, Outcome } from './bench.ts'

export interface FormatsPlan {
  /** Lines of a body, and how many bodies of each format are measured. */
  readonly lines: number
  readonly bodies: number
}

/** What issue 5 allows a line of text to cost. */
const GOAL_MICROS = 6
const WARM_UPS = 3
const RECEIVED = 1_800_000_000_000_000_000n

/**
 * What a line of each format costs from the received body to the event: cutting, joining and the whole pipeline, without the
 * queue and the store. Bodies are the examples of the format with other digits in each line, the formats take turns, and CPU is that of
 * this thread.
 */
export async function formats({ lines, bodies }: FormatsPlan, { say }: Bench): Promise<Outcome> {
  const subjects = formatExamples().map(({ format, examples }) => ({
    title: format.title,
    examples: examples.map(({ line }) => line),
    micros: [] as number[],
  }))
  const mixed = {
    title: 'all formats, mixed',
    examples: subjects.flatMap(({ examples }) => examples),
    micros: [] as number[],
  }
  const all = [...subjects, mixed]
  for (let round = 0; round < WARM_UPS + bodies; round++) {
    for (const subject of all) {
      const micros = await microsPerLine(bodyOf(subject.examples, lines, round))
      if (round >= WARM_UPS) subject.micros.push(micros)
    }
  }
  say(`${all.length} formats, ${bodies} bodies of ${lines} lines each`)
  const rows = all
    .map(({ title, micros }): Row & { micros: number } => {
      const median = percentile(micros, 0.5)
      return {
        figure: title,
        measured: `${median.toFixed(1)} us a line`,
        goal: `${GOAL_MICROS} us`,
        met: median <= GOAL_MICROS,
        micros: median,
      }
    })
    .sort((a, b) => b.micros - a.micros)
  return { sections: [{ title: 'CPU of a line of text, from the body to the event', rows }], problems: [] }
}

async function microsPerLine(body: Buffer): Promise<number> {
  const accepted = await acceptLogs(body)
  const header = recordHeader(accepted, {
    batchId: 'bench',
    clientBatch: false,
    receivedAt: RECEIVED,
    encoding: 'identity',
    defaults: {},
    bytes: body.length,
  })
  const before = process.threadCpuUsage()
  const { batch } = await decodeRecord(header, body, RECEIVED)
  runPipeline(STANDARD_STEPS, batch, { header })
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / accepted.records
}

/** Lines like the examples, each with digits of its own behind its head, so that no two are the same. */
function bodyOf(examples: readonly string[], lines: number, round: number): Buffer {
  const texts = Array.from({ length: lines }, (_, n) => {
    const example = examples[n % examples.length] ?? ''
    return `${example} n${round * lines + n}`
  })
  return Buffer.from(texts.join('\n'))
}
