import { openDatabase } from '../database.ts'
import type { NewInstance, StoredInstance } from '../repositories/app-instances.ts'

/** An instance as the registry knows it. */
export interface KnownInstance extends StoredInstance {
  /** Whether it has said lately that it is there. */
  readonly isUp: boolean
}

/** Who is there: looked at again and again, while this process says the same of itself. */
export interface Registry {
  /** As of the last look. While the database is away it stays as it was: what ran then may well run on. */
  readonly instances: readonly KnownInstance[]
  /**
   * From now on this process is among them, as `self` says each time. Resolves when the others can see it, or the database
   * is away. Throws where another has its name.
   */
  register(self: () => NewInstance): Promise<void>
  /** Calls `listener` after each look that found something changed of who is up, and where. */
  listen(listener: () => void): Disposable
  /** Says goodbye, as far as the database answers; a second time does nothing. */
  close(): Promise<void>
}

/** Milliseconds. */
export interface RegistryPace {
  readonly beat: number
  readonly look: number
  /** An instance that has been silent for longer is not asked any more. */
  readonly silent: number
  /** One that did not say goodbye is shown as down for this long. */
  readonly forget: number
}

const PACE: RegistryPace = { beat: 2_000, look: 1_000, silent: 6_000, forget: 600_000 }

export interface RegistryOptions {
  readonly url: string
  readonly pace?: Partial<RegistryPace>
  /** The database does not answer, told once until it does again; or another process has this one's name. */
  readonly onTrouble: (error: unknown) => void
  /** Whether anybody here wants to know who is there; default true. Without it the list stays empty. */
  readonly looks?: boolean
  /** Milliseconds that only go up. */
  readonly clock: () => number
}

/** Another process of the same app has the name of this one. */
export class NameTaken extends Error {
  override readonly name = 'NameTaken'
}

/** Opens the registry of the database at `url`; resolves after the first look, if it looks, also where that found no database. */
export async function openRegistry(options: RegistryOptions): Promise<Registry> {
  const pace = { ...PACE, ...options.pace }
  const database = openDatabase(options.url, { connections: 1 })
  const { appInstances } = database
  const listeners = new Set<() => void>()
  let instances: readonly KnownInstance[] = []
  let self: (() => NewInstance) | undefined
  let failedAt = Number.NEGATIVE_INFINITY
  let isInTrouble = false

  const look = async () => {
    const before = new Map(instances.filter(({ isUp }) => isUp).map(({ id, url }) => [id, url]))
    // After an outage nobody has been heard of for as long as it took: what was up counts as up until it could have spoken.
    const isFresh = options.clock() - failedAt > pace.silent
    instances = (await appInstances.all()).map((found) => ({
      ...found,
      isUp: found.silentMillis <= pace.silent || (!isFresh && before.has(found.id)),
    }))
    const now = instances.filter(({ isUp }) => isUp)
    const isSame = now.length === before.size && now.every(({ id, url }) => before.get(id) === url)
    if (!isSame) for (const listener of listeners) listener()
  }
  const beat = async () => {
    const said = self?.()
    if (said === undefined) return
    if (!(await appInstances.beat(said, pace.silent)))
      throw new NameTaken(
        `another ${said.app} has the name ${said.name}: give each its own HEARTWOOD_INSTANCE`,
      )
  }
  const trouble = (error: unknown) => {
    failedAt = options.clock()
    if (!isInTrouble) options.onTrouble(error)
    isInTrouble = true
  }
  const trying = async (work: () => Promise<void>) => {
    try {
      await work()
      isInTrouble = false
    } catch (error) {
      trouble(error)
    }
  }
  const loops: Repeating[] = []
  let closing: Promise<void> | undefined
  const end = async () => {
    listeners.clear()
    await Promise.all(loops.map((loop) => loop.stop()))
    const said = self?.()
    try {
      if (said !== undefined) await appInstances.remove(said.id)
    } catch (error) {
      options.onTrouble(error)
    } finally {
      await database.close()
    }
  }
  if (options.looks ?? true) {
    await trying(look)
    loops.push(repeat(() => trying(look), pace.look))
  }
  return {
    get instances() {
      return instances
    },
    async register(says) {
      self = says
      await beat().catch((error: unknown) => {
        if (error instanceof NameTaken) throw error
        trouble(error)
      })
      loops.push(repeat(() => trying(beat), pace.beat))
      loops.push(repeat(() => trying(() => appInstances.removeSilent(pace.forget)), pace.forget / 10))
    },
    listen(listener) {
      listeners.add(listener)
      return { [Symbol.dispose]: () => void listeners.delete(listener) }
    },
    close() {
      closing ??= end()
      return closing
    },
  }
}

interface Repeating {
  /** Resolves when a run that had begun is over. */
  stop(): Promise<void>
}

/** Runs `work` every `millis`, one run at a time: one that takes long leaves others out. */
function repeat(work: () => Promise<void>, millis: number): Repeating {
  let running: Promise<void> | undefined
  const timer = setInterval(() => {
    running ??= work().finally(() => {
      running = undefined
    })
  }, millis)
  timer.unref()
  return {
    async stop() {
      clearInterval(timer)
      await running
    },
  }
}
