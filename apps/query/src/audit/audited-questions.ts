import type { QuestionService } from '@heartwood/api'
import {
  type AuditAction,
  type AuditEvent,
  type AuditTrail,
  audited,
  errorAttributes,
  type RepeatTrail,
} from '@heartwood/audit'
import type { TailService } from '../tail/tail-service.ts'
import type { Asker } from './asker.ts'
import { type QuestionWords, questionWords } from './question-words.ts'

export interface QuestionAudit {
  /** Of what changes something: on record before it is done. */
  readonly trail: AuditTrail
  /** Of what only reads. */
  readonly reads: RepeatTrail
  /** Who asks what is being answered right now. */
  readonly asker: () => Asker
}

type Attributes = NonNullable<AuditEvent['attributes']>

/**
 * The questions, on the record: what was read, deleted, replayed and saved, by whom. What apps of the product read for
 * themselves is not, since they do so all the time; nor is what tells nothing of the logs, such as how the product does.
 */
export function auditedQuestions(questions: QuestionService, audit: QuestionAudit): QuestionService {
  const reads = readingOf(audit)
  const changes = changingOf(audit)
  const found = ({ total }: { readonly total: number }) => ({ 'heartwood.found': total })
  return {
    ...questions,
    search: reads('search', (question) => questionWords('search', question), questions.search, found),
    searchStream: reads('search', (question) => questionWords('search', question), questions.searchStream),
    export: reads('export', (question) => questionWords('export', question), questions.export),
    aggregate: reads('aggregate', (question) => questionWords('count', question), questions.aggregate, found),
    percentiles: reads(
      'percentiles',
      (question) => questionWords('percentiles', question),
      questions.percentiles,
    ),
    patterns: reads('patterns', (question) => questionWords('patterns', question), questions.patterns),
    compare: reads('compare', (question) => questionWords('compare', question), questions.compare, found),
    log: reads('read-log', (question) => questionWords('one log', question), questions.log),
    context: reads('read-context', (question) => questionWords('logs around', question), questions.context),
    deadLetters: reads(
      'read-dead-letters',
      (question) => questionWords('dead letters', question),
      questions.deadLetters,
    ),
    deadLetter: reads(
      'read-dead-letters',
      (id) => questionWords('dead letter', { id }),
      questions.deadLetter,
    ),
    delete: changes(
      'delete',
      (question) => questionWords('delete', question),
      questions.delete,
      ({ matched, deleted }) => ({ 'heartwood.matched': matched, 'heartwood.deleted': deleted }),
    ),
    replayDeadLetters: changes(
      'replay-dead-letters',
      (question) => letterWords('replay dead letters', question),
      questions.replayDeadLetters,
      ({ matched, replayable }) => ({ 'heartwood.matched': matched, 'heartwood.replayable': replayable }),
    ),
    dismissDeadLetters: changes(
      'dismiss-dead-letters',
      (question) => letterWords('dismiss dead letters', question),
      questions.dismissDeadLetters,
      ({ matched, dismissed }) => ({ 'heartwood.matched': matched, 'heartwood.dismissed': dismissed }),
    ),
    saveSearch: changes('save-search', savedWords, questions.saveSearch, ({ id }) => ({
      'heartwood.id': id,
    })),
    replaceSavedSearch: changes('replace-saved-search', savedWords, questions.replaceSavedSearch),
    removeSavedSearch: changes(
      'remove-saved-search',
      (id) => questionWords('remove saved search', { id }),
      questions.removeSavedSearch,
      ({ name, query }) => ({ 'heartwood.name': name, 'heartwood.query': query }),
    ),
    stopDemo: (signal) =>
      changes(
        'stop-demo',
        () => questionWords('stop the demo', {}),
        (_, until) => questions.stopDemo(until),
      )(undefined, signal),
    deleteDemo: (signal) =>
      changes(
        'delete-demo',
        () => questionWords('delete the demo', {}),
        (_, until) => questions.deleteDemo(until),
        ({ deleted }) => ({ 'heartwood.deleted': deleted }),
      )(undefined, signal),
  }
}

/** Tails, on the record when they are opened. */
export function auditedTails(tails: TailService, audit: QuestionAudit): TailService {
  const open = readingOf(audit)('tail', (question) => questionWords('tail', question), tails.open)
  return { count: tails.count, open }
}

type Ask<Question, Answer> = (question: Question, signal: AbortSignal) => Promise<Answer>
type Audited = <Question, Answer>(
  action: AuditAction,
  words: (question: Question) => QuestionWords,
  ask: Ask<Question, Answer>,
  found?: (answer: Answer) => Attributes,
) => Ask<Question, Answer>

/** One event once the answer is there, or what is sent in parts begins; the same again is counted. */
function readingOf({ reads, asker }: QuestionAudit): Audited {
  return (action, words, ask, found) => async (question, signal) => {
    const { actor, requestId, traceId } = asker()
    if (actor.user === 'heartwood') return ask(question, signal)
    const { message, attributes } = words(question)
    const key = JSON.stringify([action, actor, question])
    const note = (outcome: AuditEvent['outcome'], more: Attributes) =>
      reads.note(`${outcome} ${key}`, {
        action,
        outcome,
        message,
        actor,
        requestId,
        traceId,
        attributes: { ...attributes, ...more },
      })
    try {
      const answer = await ask(question, signal)
      note('success', found?.(answer) ?? {})
      return answer
    } catch (error) {
      note('failure', signal.aborted ? { 'error.code': 'aborted' } : errorAttributes(error))
      throw error
    }
  }
}

/** Before it is done and when it has ended; where nothing is done but counting, as what reads. */
function changingOf(audit: QuestionAudit): Audited {
  const { trail, asker } = audit
  const reads = readingOf(audit)
  return (action, words, ask, found) => (question, signal) => {
    if (isDryRun(question)) return reads(action, words, ask, found)(question, signal)
    const { actor, requestId, traceId } = asker()
    const intent = { action, actor, requestId, traceId, ...words(question) }
    return audited(trail, intent, () => ask(question, signal), found)
  }
}

function isDryRun(question: unknown): boolean {
  return (
    typeof question === 'object' && question !== null && 'dry_run' in question && question.dry_run === true
  )
}

function letterWords(
  what: string,
  question: Parameters<QuestionService['dismissDeadLetters']>[0],
): QuestionWords {
  const { door, step, reason, batch_id } = question
  const { message, attributes } = questionWords(what, question)
  const narrowed = { door, step, reason, batch_id }
  return {
    message,
    attributes: {
      ...attributes,
      ...Object.fromEntries(
        Object.entries(narrowed).map(([key, value]) => [`heartwood.letter.${key}`, value]),
      ),
    },
  }
}

function savedWords({ name, query }: { readonly name: string; readonly query: string }): QuestionWords {
  return { message: `save search: ${name}`, attributes: { 'heartwood.name': name, 'heartwood.query': query } }
}
