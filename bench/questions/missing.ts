import { z } from 'zod'
import { getText } from '../measure/get-text.ts'
import type { Row } from '../report/table.ts'

const Document = z.object({ paths: z.record(z.string(), z.unknown()) })
const PERCENTILES = '/api/v1/percentiles'

/** A row for each question of issue 4 that the API does not take, by what its own document says. */
export async function missingQuestions(webUrl: string): Promise<Row[]> {
  const { paths } = Document.parse(JSON.parse((await getText(`${webUrl}/api/v1/openapi.json`)).text))
  if (PERCENTILES in paths) return []
  return [
    {
      figure: 'p95 by service',
      measured: 'not asked',
      goal: '150 ms',
      met: false,
      note: 'the API has no percentiles',
    },
  ]
}
