import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { LINE_FORMATS } from './index.ts'
import type { LineFormat } from './line.ts'

/** A line and the event it becomes; what the event does not have is left out. Received on 15 June 2024, noon UTC. */
const Example = z.strictObject({
  line: z.string(),
  event: z.strictObject({
    '@timestamp': z.string().optional(),
    level: z.string(),
    service: z.string().optional(),
    hostname: z.string().optional(),
    namespace: z.string().optional(),
    pod: z.string().optional(),
    message: z.string(),
    trace_id: z.string().optional(),
    span_id: z.string().optional(),
    request_id: z.string().optional(),
    attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  }),
})
export type LineExample = z.infer<typeof Example>

const FOLDER = join(import.meta.dirname, 'examples')

/** Every format with the example lines beside it, which a test runs and docs/formats.md shows. */
export function formatExamples(): { format: LineFormat; examples: LineExample[] }[] {
  return LINE_FORMATS.map((format) => {
    const file = join(FOLDER, `${format.name.replaceAll('_', '-')}.json`)
    return {
      format,
      examples: z
        .array(Example)
        .min(1)
        .parse(JSON.parse(readFileSync(file, 'utf8'))),
    }
  })
}
