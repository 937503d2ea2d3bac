import type { Answered } from '../questions/ask-all.ts'
import type { Read } from '../questions/question.ts'
import { type Row, whole } from './table.ts'

/** The median is held against the goal; the worst stands beside it. */
export function questionRows(answered: readonly Answered[]): Row[] {
  return answered.map(
    ({ question, medianMillis, worstMillis, tookMillis, read, asked, checked, problems }) => ({
      figure: question.name,
      measured: asked === 0 ? 'not asked' : `median ${millis(medianMillis)}, worst ${millis(worstMillis)}`,
      goal: `${whole(question.goalMillis)} ms`,
      met: medianMillis <= question.goalMillis && problems.length === 0,
      note: [
        `asked ${asked} times, in the query app ${millis(tookMillis)}`,
        ...(read === undefined ? [] : [lookedAt(read)]),
        problems.length > 0
          ? `WRONG ${problems.length} times: ${problems[0]}`
          : checked === asked
            ? 'each answer checked'
            : `${checked} answers checked, the others asked for what was not searchable yet`,
      ].join('; '),
    }),
  )
}

function lookedAt({ rows, bytes, segments }: Read): string {
  return `looked at ${whole(rows)} rows, ${(bytes / 1e6).toFixed(1)} MB in ${segments} segments`
}

function millis(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`
}
