import { z } from 'zod'
import { getText } from '../measure/get-text.ts'
import type { Row } from '../report/table.ts'
import type { Question } from './question.ts'

const Document = z.object({ paths: z.record(z.string(), z.unknown()) })

/** The questions that the API takes, by what its own document says, and a row for each of the others. */
export async function askable(
  webUrl: string,
  questions: readonly Question[],
): Promise<{ readonly questions: readonly Question[]; readonly missing: readonly Row[] }> {
  const { paths } = Document.parse(JSON.parse((await getText(`${webUrl}/api/v1/openapi.json`)).text))
  const isThere = ({ needs }: Question) => needs === undefined || needs in paths
  return {
    questions: questions.filter(isThere),
    missing: questions
      .filter((question) => !isThere(question))
      .map(({ name, goalMillis, needs }) => ({
        figure: name,
        measured: 'not asked',
        goal: `${goalMillis} ms`,
        met: false,
        note: `the API has no ${needs}`,
      })),
  }
}
