import { DeleteOutput, type DemoOutput } from '@heartwood/api'
import { ENVIRONMENT } from './agents/shipment.ts'
import { timetable } from './incidents/timetable.ts'
import { ownLogsSeen } from './own-logs/own-logs.ts'
import type { QueryApp } from './query-app.ts'
import { DEMO_RULES } from './rules/demo-rules.ts'
import { shop } from './shop/shop.ts'
import type { DemoState } from './state/demo-state.ts'
import type { StateFolder } from './state/state-folder.ts'
import { searchable } from './writing/searchable.ts'
import type { Door } from './writing/send.ts'
import { send } from './writing/send.ts'
import { PAST_MILLIS, slotBefore } from './writing/slots.ts'
import { writeSlots } from './writing/write-slots.ts'

export interface DemoParts {
  readonly folder: StateFolder
  readonly query: QueryApp
  readonly door: Omit<Door, 'signal'>
  readonly now: () => number
  /** Something that goes on by itself failed. */
  readonly onFailure: (error: unknown) => void
}

/** The demo while its process runs. */
export interface Demo {
  report(): DemoOutput
  /** Writes no more; what it wrote stays. */
  stop(): Promise<DemoOutput>
  /** Writes no more and removes everything it wrote, for good; resolves to the number of logs that were deleted. */
  delete(): Promise<number>
  /** Ends the writing until the next start. */
  close(): Promise<void>
}

/** Goes on where the state says; a delete that was cut short goes on as well. */
export async function openDemo(parts: DemoParts, begun: DemoState): Promise<Demo> {
  const { folder, query, now, onFailure } = parts
  const ending = new AbortController()
  const closing = new AbortController()
  let state = begun
  let opened = state.written_to > state.opened_at
  let deleting: Promise<number> | undefined

  const change = async (changes: Partial<DemoState>): Promise<void> => {
    state = { ...state, ...changes }
    await folder.write(state)
  }
  const unlessEnded = (error: unknown): void => {
    if (!ending.signal.aborted) onFailure(error)
  }
  const write = (): Promise<void> => {
    const door = { ...parts.door, signal: ending.signal }
    const writing = {
      shop: shop(state.seed, timetable(state.opened_at)),
      seed: state.seed,
      opened: state.opened_at,
      send: (shipment: Parameters<typeof send>[1], key: string) => send(door, shipment, key),
      onWritten: (to: number) => change({ written_to: to }),
      now,
      signal: ending.signal,
    }
    return writeSlots(writing, state.written_to).catch(unlessEnded)
  }
  const open = async (): Promise<void> => {
    if (opened) return
    await searchable(query, state.seed, slotBefore(state.opened_at, state.opened_at), ending.signal)
    opened = true
  }
  const watch = async (): Promise<void> => {
    if (state.own_logs) return
    const either = AbortSignal.any([closing.signal, ending.signal])
    await ownLogsSeen(query, either)
      .then(() => change({ own_logs: true }))
      .catch(unlessEnded)
  }
  const remove = async (): Promise<number> => {
    await change({ phase: 'deleting' })
    ending.abort()
    await working
    await folder.removeRules()
    const everything = { query: `environment:${ENVIRONMENT}`, from_time: 'beginning', to_time: 'now+2d' }
    const { deleted } = await query.post('/api/v1/delete', everything, DeleteOutput, closing.signal)
    await folder.end('deleted')
    return deleted
  }

  let working: Promise<unknown> = Promise.resolve()
  if (state.phase === 'running') {
    await folder.writeRules(DEMO_RULES)
    working = Promise.all([write(), open().catch(unlessEnded), watch()])
  }
  const report = (): DemoOutput => {
    const written = state.written_to - (state.opened_at - PAST_MILLIS)
    return {
      state: state.phase === 'running' && !opened ? 'opening' : state.phase,
      progress: Math.min(1, written / PAST_MILLIS),
      opened_at: new Date(state.opened_at).toISOString(),
      own_logs: state.own_logs,
    }
  }
  return {
    report,
    async stop() {
      if (state.phase === 'running') await change({ phase: 'stopped' })
      ending.abort()
      await working
      await folder.removeRules()
      return report()
    },
    delete() {
      // Whoever asks while it is at it, gets the same answer; one that failed is tried again.
      deleting ??= remove().catch((error: unknown) => {
        deleting = undefined
        throw error
      })
      return deleting
    },
    async close() {
      ending.abort()
      closing.abort()
      await working
    },
  }
}
