import type { Diagnostic } from '@heartwood/query-lang'
import { parse } from '@heartwood/query-lang'
import { z } from 'zod'
import { ALL_TIME, enteredRange, resolveRange, type TimeRange } from '../../search/time-range/time-range.ts'

/** What someone types to say what is to go. */
export interface DeleteEntry {
  readonly query: string
  readonly from: string
  readonly to: string
}

/** What is counted and, once confirmed, deleted: both ends are times that stay, so that the two are the same. */
export interface DeleteScope {
  readonly query: string
  readonly from_time: string
  readonly to_time: string
}

/** @param now and zone are those by which relative times, and times without a zone, are meant */
export function deleteForm({ now, zone }: { readonly now: () => number; readonly zone: string }) {
  return z
    .object({ query: z.string(), from: z.string(), to: z.string() })
    .transform((entry: DeleteEntry, context): DeleteScope => {
      const moment = now()
      const problem = queryProblem(entry.query)
      if (problem !== undefined) context.addIssue({ code: 'custom', path: ['query'], message: problem })
      const entered = enteredRange(entry, moment, zone)
      if (!entered.ok) context.addIssue({ code: 'custom', path: [entered.field], message: entered.message })
      if (problem !== undefined || !entered.ok) return z.NEVER
      return { query: entry.query.trim(), ...fixedTimes(entered.range, moment) }
    })
}

/** Errors of a query, for underlining. */
export function queryErrors(query: string): Diagnostic[] {
  return parse(query).diagnostics.filter(({ severity }) => severity === 'error')
}

/** The whole range of time, with what is dated ahead. */
export const EVERYTHING: TimeRange = { from: ALL_TIME.from, to: 'now+2d' }

function queryProblem(query: string): string | undefined {
  if (query.trim() === '') return 'Write what is to go; everything is *.'
  return queryErrors(query)[0]?.message
}

function fixedTimes(range: TimeRange, now: number): Pick<DeleteScope, 'from_time' | 'to_time'> {
  const resolved = resolveRange(range, now)
  const fixed = (text: string, millis: number | undefined) =>
    millis === undefined || !text.startsWith('now') ? text : new Date(millis).toISOString()
  return { from_time: fixed(range.from, resolved?.from), to_time: fixed(range.to, resolved?.to) }
}

/** Whether what was typed is the number of logs, with or without commas, or the word. */
export function confirms(typed: string, matched: number): boolean {
  const text = typed.trim().replaceAll(/[,\s.'’]/g, '')
  return text === String(matched) || text.toLowerCase() === 'delete'
}
