import { type Dataset, type QuestionService, toLogJson } from '@heartwood/api'
import type { Nanos } from '@heartwood/event'
import type { LogReader } from '@heartwood/log-store'
import { AppError, type InternalClient } from '@heartwood/runtime'
import { dismissLetters } from '../dead-letters/dismiss-letters.ts'
import { letterFilter } from '../dead-letters/letter-filter.ts'
import { letterPage, wholeLetter } from '../dead-letters/letter-page.ts'
import type { Replays } from '../dead-letters/replays.ts'
import { exportLogs } from '../export/export.ts'
import type { SavedSearchQuestions } from '../saved-searches/saved-searches.ts'
import { storageDays } from '../storage/storage-days.ts'
import { storageServices } from '../storage/storage-services.ts'
import { type SystemSources, systemState } from '../system/system-question.ts'
import { aggregate } from './aggregate.ts'
import { alertStates } from './alert-states.ts'
import { batchState } from './batch-state.ts'
import { compare } from './compare.ts'
import { withinDeadline } from './deadline.ts'
import { deleteLogs } from './delete.ts'
import { demoQuestions } from './demo.ts'
import { logContext } from './log-context.ts'
import { patterns } from './patterns.ts'
import { percentiles } from './percentiles.ts'
import { timeRange } from './question-scope.ts'
import { RunningQuestions } from './running-questions.ts'
import { prepareSearch } from './search.ts'
import { searchFrames } from './search-frames.ts'
import { backlogOf } from './surroundings.ts'

export interface QuestionSources {
  readonly reader: LogReader
  /** The store of audit events, opened when it is first asked. */
  readonly auditReader: () => Promise<LogReader>
  /** Any that is up. */
  readonly indexer: InternalClient
  /** Where there is an archive of a cluster: deletes there what the indexer deletes from its store. */
  readonly archiver?: InternalClient | undefined
  /** All that are up. */
  readonly indexers: () => readonly InternalClient[]
  readonly alerter: InternalClient
  /** Undefined where there is none. */
  readonly demo: InternalClient | undefined
  readonly replays: Replays
  readonly savedSearches: SavedSearchQuestions
  readonly system: Omit<SystemSources, 'reader' | 'version' | 'questions' | 'now'>
  readonly version: string
  readonly needsToken: boolean
  readonly ingestUrl: () => Promise<string>
  readonly now: () => Nanos
  readonly limits: QuestionLimits
}

export interface QuestionLimits {
  /** How long a question may take. */
  readonly questionMillis: number
  /** How long a search may take whose client sees how far it is. */
  readonly streamMillis: number
  /** How long a delete may take; it rewrites files. */
  readonly deleteMillis: number
}

/** Answers questions from the store, and from the apps that own what is not in it. */
export function questionService(sources: QuestionSources): QuestionService {
  const { reader, indexer, archiver, indexers, alerter, replays, now, limits } = sources
  const running = new RunningQuestions()
  const readerOf = async ({ dataset }: { readonly dataset: Dataset }): Promise<LogReader> => {
    switch (dataset) {
      case 'logs':
        return reader
      case 'audit':
        return sources.auditReader()
    }
  }
  const look = <T>(client: AbortSignal, work: (signal: AbortSignal) => Promise<T>) =>
    withinDeadline(client, limits.questionMillis, work)
  const ask = <T>(client: AbortSignal, work: (signal: AbortSignal) => Promise<T>) =>
    running.during(() => look(client, work))
  const ownDelete: QuestionService['delete'] = (question, client) =>
    withinDeadline(client, question.dry_run ? limits.questionMillis : limits.deleteMillis, (signal) =>
      deleteLogs(reader, { indexer, archiver }, question, now(), signal),
    )
  const demo = demoQuestions(sources.demo, ownDelete)
  return {
    search: (question, client) =>
      ask(client, async (signal) => prepareSearch(question, now())(await readerOf(question), signal)),

    async searchStream(question, client) {
      const search = prepareSearch(question, now())
      return searchFrames((tell) =>
        running.during(() =>
          withinDeadline(client, limits.streamMillis, async (signal) =>
            search(await readerOf(question), signal, tell),
          ),
        ),
      )
    },

    export: async (question, client) =>
      exportLogs(await readerOf(question), question, now(), (work) => ask(client, work)),

    aggregate: (question, client) =>
      ask(client, async (signal) => aggregate(await readerOf(question), question, now(), signal)),

    percentiles: (question, client) =>
      ask(client, async (signal) => percentiles(await readerOf(question), question, now(), signal)),

    patterns: (question, client) =>
      ask(client, async (signal) => patterns(await readerOf(question), question, now(), signal)),

    compare: (question, client) =>
      ask(client, async (signal) => compare(await readerOf(question), question, now(), signal)),

    fields: (question, client) =>
      ask(client, async (signal) => {
        const range = timeRange(question.from_time, question.to_time, now())
        const asked = await readerOf(question)
        await asked.refresh()
        const fields = await asked.fields({ range, signal })
        return { fields: fields.map(({ name, types, events }) => ({ name, types: [...types], events })) }
      }),

    log: (question, client) =>
      ask(client, async () => {
        const asked = await readerOf(question)
        await asked.refresh()
        const event = await asked.event(question.id)
        if (event !== undefined) return toLogJson(event)
        throw new AppError('not_found', `No log ${JSON.stringify(question.id)}; it may be past retention.`)
      }),

    context: (question, client) =>
      ask(client, async (signal) => logContext(await readerOf(question), question, signal)),

    batch: (id, client) => ask(client, (signal) => batchState(reader, indexers(), id, signal)),

    deadLetters: (question, client) =>
      ask(client, (signal) => letterPage(reader, letterFilter(question, now()), question, signal)),

    deadLetter: (id, client) => ask(client, () => wholeLetter(reader, id)),

    replayDeadLetters: (question, client) =>
      ask(client, () => {
        const filter = letterFilter(question, now())
        return question.dry_run ? replays.count(filter) : replays.start(filter)
      }),

    delete: ownDelete,

    replay: (id, client) => ask(client, () => replays.state(id)),

    dismissDeadLetters: (question, client) =>
      withinDeadline(client, question.dry_run ? limits.questionMillis : limits.deleteMillis, (signal) =>
        dismissLetters(reader, indexer, letterFilter(question, now()), question.dry_run, signal),
      ),

    ...sources.savedSearches,

    status: (client) =>
      look(client, async (signal) => {
        await reader.refresh()
        const [ingest_url, backlog, stored] = await Promise.all([
          sources.ingestUrl(),
          backlogOf(indexers(), signal),
          reader.stats(),
        ])
        return {
          version: sources.version,
          ingest_url,
          needs_token: sources.needsToken,
          events: stored.events,
          backlog_bytes: backlog?.bytes ?? null,
          searchable_delay_ms: backlog?.delayMillis ?? null,
          dead_letters: stored.deadLetters.count,
        }
      }),

    system: (client) =>
      look(client, (signal) =>
        systemState(
          { ...sources.system, reader, now, version: sources.version, questions: () => running.count },
          signal,
        ),
      ),

    storage: (client) =>
      ask(client, (signal) => storageDays(reader, sources.system.limits.retentionDays, now(), signal)),
    storageServices: (question, client) => ask(client, (signal) => storageServices(reader, question, signal)),

    alerts: (client) => ask(client, (signal) => alertStates(alerter, signal)),

    demo: (client) => ask(client, demo.state),
    stopDemo: (client) => ask(client, demo.stop),
    deleteDemo: (client) => withinDeadline(client, limits.deleteMillis, demo.delete),
  }
}
