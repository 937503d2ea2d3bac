/** A way to send logs, as text to copy. */
export interface Snippet {
  readonly id: 'curl' | 'file' | 'pipe' | 'elasticsearch'
  readonly title: string
  readonly about: string
  readonly text: string
}

export interface Target {
  /** The ingest address as the server names it. */
  readonly ingestUrl: string
  readonly needsToken: boolean
  /** The host this page came from. */
  readonly pageHost: string
}

const TOKEN = '$HEARTWOOD_ACCESS_TOKEN'

/** Lines that work when pasted into a POSIX shell; the token is a variable, so that it does not end up in a history. */
export function snippetsFor(target: Target): Snippet[] {
  const url = reachableUrl(target)
  const auth = target.needsToken ? ` \\\n  -H "Authorization: Bearer ${TOKEN}"` : ''
  const message = JSON.stringify({ level: 'info', message: 'Hello from curl' })
  return [
    {
      id: 'curl',
      title: 'One line now',
      about: 'JSON lines, a JSON array or plain text; gzip and zstd too.',
      text: `curl -sS ${quote(`${url}/ingest?service=hello`)}${auth} \\\n  -H 'Content-Type: application/json' \\\n  -d ${quote(message)}`,
    },
    {
      id: 'file',
      title: 'A log file',
      about: 'JSON, logfmt or plain text. A retry does not double it.',
      text: 'npx heartwood send app.log --service my-app',
    },
    {
      id: 'pipe',
      title: 'A program as it runs',
      about: 'Everything it writes, as it writes it.',
      text: 'my-app 2>&1 | npx heartwood send --service my-app',
    },
    {
      id: 'elasticsearch',
      title: 'What speaks Elasticsearch',
      about: 'Filebeat, Fluent Bit, Vector, Logstash and the clients: use this as the Elasticsearch address.',
      text: target.needsToken ? `${url}   # Authorization: Bearer ${TOKEN}` : url,
    },
  ]
}

/** `0.0.0.0` is every address of the server and the address of none: the page's own host stands in for it. */
export function reachableUrl({ ingestUrl, pageHost }: Pick<Target, 'ingestUrl' | 'pageHost'>): string {
  const url = ingestUrl.replace(/\/+$/, '')
  return url.replace(/^(https?:\/\/)(?:0\.0\.0\.0|\[::\])(?=[:/]|$)/, `$1${pageHost}`)
}

/** One word for a POSIX shell, whatever is in it. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
