import { isLoopback } from '@heartwood/access'

export interface ReadyNote {
  readonly webUrl: string
  readonly ingestUrl: string
  /** Of the other processes of a cluster. */
  readonly moreWebUrls: readonly string[]
  readonly moreIngestUrls: readonly string[]
  readonly host: string
  readonly needsToken: boolean
  readonly dataFolder: string
  readonly seconds: number
}

/** What is said once everything runs: one address, and how to go on. */
export function readyLines(note: ReadyNote): string[] {
  const token = note.needsToken ? ' -H "Authorization: Bearer $HEARTWOOD_ACCESS_TOKEN"' : ''
  const everywhere = isLoopback(note.host)
    ? []
    : [`  It listens on ${note.host}, so others can reach it too.`]
  const signIn = note.needsToken ? ['  Sign in with the token in HEARTWOOD_ACCESS_TOKEN.'] : []
  return [
    '',
    `Heartwood is ready after ${note.seconds.toFixed(1)} s: ${note.webUrl}`,
    ...note.moreWebUrls.map((url) => `  The same page:  ${url}`),
    ...signIn,
    ...everywhere,
    `  Send a log:  curl '${note.ingestUrl}/ingest?service=demo'${token} --data-binary 'level=info message="hello"'`,
    ...note.moreIngestUrls.map((url) => `  Takes logs too:  ${url}`),
    '  Send a file: npx heartwood send app.log',
    `  Ctrl-C stops it; the data stays in ${note.dataFolder}`,
    '',
  ]
}
