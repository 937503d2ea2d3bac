import { z } from 'zod'

const Accepted = z.object({ accepted: z.number() })

/** Sends some lines as one request and waits for the answer. Throws where one of them is not accepted. */
export async function sendLines(
  ingestUrl: string,
  lines: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  const answer = await fetch(`${ingestUrl}/ingest`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.map((line) => JSON.stringify(line)).join('\n'),
  })
  const body = await answer.text()
  if (!answer.ok) throw new Error(`a line was refused with ${answer.status}: ${body}`)
  if (Accepted.parse(JSON.parse(body)).accepted !== lines.length) throw new Error(`not all accepted: ${body}`)
}
