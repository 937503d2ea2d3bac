import { readdirSync } from 'node:fs'
import { formatExamples, type LineExample } from '@heartwood/pipeline/examples'

/** One file a library or product, with lines of it and the events they become, which a test holds to. */
const LIBRARY_CASES = new URL('../../packages/pipeline/test/libraries/', import.meta.url)

/** The text of docs/formats.md, made from the formats' example lines; `npm run docs:write` writes it. */
export function formatsPage(): string {
  const formats = formatExamples().sort((a, b) => compare(a.format.title, b.format.title))
  return `# Formats of lines

Made from packages/pipeline/src/formats/lines by \`npm run docs:write\`; do not edit by hand. Whatever way a line comes in, as text, in a
container's or a shipper's JSON, behind the head of a syslog line, it is looked at alike. A format that is sure of it takes time, level and what
else stands in front of the message; the message is what is left, and \`raw\` keeps the line as it was sent. Where no format is sure, the line stays
as it is, and only a time and a level that are beyond doubt are taken from its start. What the event says in fields of its own wins over
what its line says. ${formats.length} formats, beside JSON and logfmt (pairs like \`status=200\`), which are looked for in the message too.

- **Times** without a zone are UTC; without a year, the latest that does not lie ahead. A zone that means several (IST) or names a place
  (Europe/Berlin) is no time that is sure: the event then has the time of its receipt, and the flag \`time_inferred\`.
- **Colours** of a terminal are looked through; they stay in the message and in \`raw\`.
- **Names** are those of OpenTelemetry's semantic conventions or, where these have none, of the Elastic Common Schema; \`event.duration\` is in
  nanoseconds. Service, host, namespace, pod and the ids of trace, span and request are fields of the event.
- \`npm run formats -- --data DIR\` shows how much of your own logs is understood.

To add a format: a file in \`packages/pipeline/src/formats/lines/\` that exports it, its entry in \`index.ts\` there, and its example lines in
\`examples/\`.

## JSON

An object is an event as it is, whoever wrote it. What these write under names of their own has the one name that all have; lines of each,
and the events they become, are in \`packages/pipeline/test/libraries/\`: ${libraries()}.

## Events of several lines

Stack traces (Java, Python, Node, Go, .NET, Ruby, PHP), indented lines and slow queries of MySQL are joined to the line they belong to, within one
request: for text, to the line right before; for lines with an envelope (CRI, syslog with a process, docker compose, kubectl, and the JSON of
Docker, Filebeat, Fluent Bit and Vector), to the one before from the same stream, file, container and host. \`heartwood send\` does not cut
such an event in two. What is uncertain stays apart: an exception behind a line that says INFO, a frame without an exception. At most 1,000 lines and
256 KiB make one event; what goes on beyond that makes another.

The answer to a request counts lines, as before. The joined event has the id of its first line, and the ids of the others do not occur: so a
search may count fewer events than were accepted, by the lines that were joined.

## Formats

${formats.map(({ format, examples }) => [`### ${format.title}`, ...examples.map(shown)].join('\n\n')).join('\n\n')}
`
}

function libraries(): string {
  return readdirSync(LIBRARY_CASES)
    .map((file) => `\`${file.replace(/\.txt$/, '')}\``)
    .sort()
    .join(', ')
}

function shown({ line, event }: LineExample): string {
  const { attributes = {}, ...own } = event
  const fields = [...Object.entries(own), ...Object.entries(attributes)]
  const said = fields.map(([key, value]) => `- \`${key}\`: ${code(String(value))}`)
  return `\`\`\`text\n${line}\n\`\`\`\n\n${said.join('\n')}`
}

/** Code that may have backticks and pairs of spaces in it. */
function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
