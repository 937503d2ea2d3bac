import type { AuditEvent } from '@heartwood/audit'

/** What is said of a question: one line, and its parts as attributes. */
export interface QuestionWords {
  readonly message: string
  readonly attributes: NonNullable<AuditEvent['attributes']>
}

/** The parts that questions share; each has those that it has. */
interface Question {
  readonly query?: string | undefined
  readonly service?: string | undefined
  readonly level?: string | undefined
  readonly from_time?: string | undefined
  readonly to_time?: string | undefined
  readonly dataset?: string | undefined
  readonly by?: string | undefined
  readonly field?: string | undefined
  readonly format?: string | undefined
  readonly limit?: number | undefined
  readonly id?: string | undefined
  readonly dry_run?: boolean | undefined
}

export function questionWords(what: string, question: Question): QuestionWords {
  const subject = question.query ?? question.id
  return {
    message: subject === undefined ? what : `${what}: ${subject}`,
    attributes: {
      'heartwood.query': question.query,
      'heartwood.service': question.service,
      'heartwood.level': question.level,
      'heartwood.from_time': question.from_time,
      'heartwood.to_time': question.to_time,
      'heartwood.dataset': question.dataset,
      'heartwood.by': question.by,
      'heartwood.field': question.field,
      'heartwood.format': question.format,
      'heartwood.limit': question.limit,
      'heartwood.id': question.id,
      'heartwood.dry_run': question.dry_run,
    },
  }
}
