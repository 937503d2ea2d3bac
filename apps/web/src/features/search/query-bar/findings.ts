import { nanosFromMillis } from '@heartwood/event'
import {
  applied,
  type Diagnostic,
  type Parsed,
  readTimestamp,
  type Span,
  translate,
  unknownFields,
} from '@heartwood/query-lang'

/** Something to say about a draft of a query, with what a click can do about it. */
export interface Finding {
  /** An error keeps the query from being run; the others only help. */
  readonly kind: 'error' | 'warning' | 'dialect' | 'time'
  readonly message: string
  /** What of another language has no place in this one. */
  readonly lost: readonly string[]
  /** Where it stands in the draft; undefined for what is said of all of it. */
  readonly span: Span | undefined
  readonly remedies: readonly Remedy[]
}

export interface Remedy {
  readonly title: string
  readonly does:
    | { readonly kind: 'write'; readonly text: string }
    /** Epoch milliseconds. */
    | { readonly kind: 'jump'; readonly to: number }
}

export interface FindingContext {
  /** Names of fields that occur in the range. */
  readonly fields: readonly string[]
  readonly now: number
  readonly zone: string
}

/** What there is to say of a draft, what matters most first. */
export function findingsOf(draft: string, parsed: Parsed, context: FindingContext): Finding[] {
  const time = timeFinding(draft, context)
  if (time !== undefined) return [time]
  const dialect = dialectFinding(draft)
  // Where a text is another language's, its parts are not this one's mistakes.
  const diagnostics =
    dialect === undefined
      ? [...parsed.diagnostics, ...unknownFields(draft, context.fields)]
      : parsed.diagnostics.filter(({ severity }) => severity === 'error')
  const said = diagnostics.map((diagnostic) => findingOf(draft, diagnostic))
  return [
    ...(dialect === undefined ? [] : [dialect]),
    ...said.filter(({ kind }) => kind === 'error'),
    ...said.filter(({ kind }) => kind !== 'error'),
  ]
}

/** The remedy a key takes: of what stands at the cursor, else the first there is. */
export function remedyAt(findings: readonly Finding[], cursor: number): Remedy | undefined {
  const atCursor = findings.find(
    ({ span, remedies }) =>
      span !== undefined && span.start <= cursor && cursor <= span.end && remedies.length > 0,
  )
  return (atCursor ?? findings.find(({ remedies }) => remedies.length > 0))?.remedies[0]
}

function findingOf(draft: string, { severity, message, span, fixes = [] }: Diagnostic): Finding {
  return {
    kind: severity,
    message,
    lost: [],
    span,
    remedies: fixes.map((fix) => ({
      title: fix.title,
      does: { kind: 'write', text: applied(draft, fix) },
    })),
  }
}

function dialectFinding(draft: string): Finding | undefined {
  const translation = translate(draft)
  if (translation === undefined) return undefined
  const { dialect, text, lost } = translation
  return {
    kind: 'dialect',
    message: text === '' ? `This is ${dialect}, and cannot be said here:` : `This is ${dialect}. Here it is:`,
    lost,
    span: undefined,
    remedies: text === '' ? [] : [{ title: text, does: { kind: 'write', text } }],
  }
}

function timeFinding(draft: string, { now, zone }: FindingContext): Finding | undefined {
  const nanos = readTimestamp(draft, nanosFromMillis(now), zone)
  if (nanos === undefined) return undefined
  return {
    kind: 'time',
    message: 'This is a time.',
    lost: [],
    span: undefined,
    remedies: [{ title: 'Go there', does: { kind: 'jump', to: Number(nanos / 1_000_000n) } }],
  }
}
