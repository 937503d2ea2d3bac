import { parseDocument } from 'yaml'
import { z } from 'zod'
import { type Rule, RuleSchema } from './rule.ts'

/** Where notifications go. `log` is always there: one line in the alerter's own log. */
export interface Receiver {
  readonly name: string
  readonly webhook: string
  readonly headers: Readonly<Record<string, string>>
}

export interface RulesFile {
  readonly rules: readonly Rule[]
  readonly receivers: readonly Receiver[]
}

export type RulesFileResult =
  | { readonly ok: true; readonly file: RulesFile }
  /** One sentence each, naming rule and field. */
  | { readonly ok: false; readonly errors: readonly string[] }

export const LOG_RECEIVER = 'log'

/** Makes zod say what it found, to tell a missing field from a wrong one. */
const REPORT = { reportInput: true }

const ReceiverSchema = z.strictObject({
  webhook: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }),
  headers: z.record(z.string(), z.string('must be a text')).default({}),
})

const FileSchema = z.strictObject({
  receivers: z.record(z.string(), z.unknown(), 'must be a map of receivers').nullish(),
  rules: z.array(z.unknown(), 'must be a list of rules').nullish(),
})

/** Reads the YAML of a rules file whole: every error there is, not only the first. */
export function parseRulesFile(text: string): RulesFileResult {
  const document = parseDocument(text, { prettyErrors: true })
  const broken = document.errors.map((error) => `not valid YAML: ${error.message.trim().split('\n')[0]}`)
  if (broken.length > 0) return { ok: false, errors: broken }
  const outer = FileSchema.safeParse(document.toJS() ?? {}, REPORT)
  if (!outer.success) return { ok: false, errors: outer.error.issues.map((issue) => sentence('', issue)) }

  const errors: string[] = []
  const receivers: Receiver[] = []
  for (const [name, value] of Object.entries(outer.data.receivers ?? {})) {
    const parsed = ReceiverSchema.safeParse(value, REPORT)
    if (name === LOG_RECEIVER)
      errors.push(`receiver ${LOG_RECEIVER}: this name is taken by the alerter's own log`)
    else if (parsed.success) receivers.push({ name, ...parsed.data })
    else errors.push(...parsed.error.issues.map((issue) => sentence(`receiver ${name}: `, issue)))
  }
  const rules: Rule[] = []
  for (const [i, value] of (outer.data.rules ?? []).entries()) {
    const parsed = RuleSchema.safeParse(value, REPORT)
    if (parsed.success) rules.push(parsed.data)
    else
      errors.push(...parsed.error.issues.map((issue) => sentence(`rule ${nameOf(value) ?? i + 1}: `, issue)))
  }
  errors.push(...conflicts(rules, new Set([LOG_RECEIVER, ...Object.keys(outer.data.receivers ?? {})])))
  return errors.length > 0 ? { ok: false, errors } : { ok: true, file: { rules, receivers } }
}

function conflicts(rules: readonly Rule[], receivers: ReadonlySet<string>): string[] {
  const seen = new Set<string>()
  return rules.flatMap((rule) => {
    const errors = rule.notify
      .filter((name) => !receivers.has(name))
      .map((name) => `rule ${rule.id}: notify: there is no receiver ${name}`)
    if (seen.has(rule.id)) errors.push(`rule ${rule.id}: id: two rules have it`)
    seen.add(rule.id)
    return errors
  })
}

const Named = z.looseObject({ id: z.union([z.string(), z.number()]) })

function nameOf(value: unknown): string | undefined {
  const named = Named.safeParse(value)
  return named.success ? String(named.data.id) : undefined
}

function sentence(prefix: string, issue: z.core.$ZodIssue): string {
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys : undefined
  if (unknown !== undefined)
    return `${prefix}${[...issue.path, unknown[0]].join('.')}: there is no such field`
  const path = issue.path.length === 0 ? '' : `${issue.path.join('.')}: `
  const missing = issue.input === undefined && ['invalid_type', 'invalid_value'].includes(issue.code)
  const message = missing ? 'is missing' : issue.message
  return `${prefix}${path}${message}`
}
