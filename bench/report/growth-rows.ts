import type { Look } from '../experiments/growth.ts'
import { type LoadResult, totalMicros } from '../measure/load.ts'
import { type Row, whole } from './table.ts'

/** More by a fifth is the most. */
const MOST_GROWTH = 1.2
const GOAL = 'within 20 %'

/** What was measured with little in the store beside the same with much. */
export function growthRows(small: Look, large: Look): Row[] {
  return [
    {
      figure: 'segments',
      measured: `${whole(small.segments)}, then ${whole(large.segments)}`,
      goal: '',
      met: undefined,
    },
    compared('events per second, flat out', [small, large].map(rateOf), (rate) => `${whole(rate)}/s`, 'less'),
    compared(
      'CPU per event, all apps',
      [small, large].map(({ ingest }) => totalMicros(ingest)),
      (micros) => `${micros.toFixed(1)} us`,
      'more',
    ),
    ...small.answers.map((before, index) => {
      const after = large.answers[index]
      return compared(
        `an hour: ${before.question.name}`,
        [before.medianMillis, after?.medianMillis ?? Number.NaN],
        (millis) => `${millis.toFixed(0)} ms`,
        'more',
        `worst ${before.worstMillis.toFixed(0)} ms, then ${after?.worstMillis.toFixed(0)} ms`,
      )
    }),
  ]
}

function rateOf({ ingest }: { readonly ingest: LoadResult }): number {
  return ingest.sustainedPerSecond
}

/** @param worse whether a larger or a smaller figure is the worse one */
function compared(
  figure: string,
  [before = Number.NaN, after = Number.NaN]: readonly number[],
  print: (value: number) => string,
  worse: 'more' | 'less',
  note = '',
): Row {
  const growth = worse === 'more' ? after / before : before / after
  const change = (after / before - 1) * 100
  return {
    figure,
    measured: `${print(before)}, then ${print(after)}`,
    goal: GOAL,
    met: growth <= MOST_GROWTH,
    note: [`${change >= 0 ? '+' : ''}${change.toFixed(0)} %`, note].filter((part) => part !== '').join('; '),
  }
}
