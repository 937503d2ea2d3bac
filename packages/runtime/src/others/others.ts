import type { AppName } from '../app.ts'
import type { InternalClient } from '../internal-client.ts'

/** A process that runs an app, as the others reach it. */
export interface Instance {
  readonly app: AppName
  /** Of two instances of an app each has its own; undefined where there is one of each. */
  readonly name: string | undefined
  /** Without a slash at the end. */
  readonly url: string
  /** Asks this instance and no other. */
  readonly client: InternalClient
}

/** One that has not said lately that it is there. */
export interface MissingInstance extends Omit<Instance, 'client'> {
  /** Since when. */
  readonly silentMillis: number
}

/** The other apps of this installation: one process each, or as many as a cluster has by now. */
export interface Others {
  /** Names this start of this process in what it has for itself alone. */
  readonly self: string
  /** Those that are up as far as is known, in the order this process should ask them. */
  instances(app: AppName): readonly Instance[]
  /** Those that ended without a word and are still missed. */
  missing(): readonly MissingInstance[]
  /** Asks one of those that are up: the first that answers. */
  any(app: AppName): InternalClient
  /** From now on the others ask this process on its port. */
  register(port: number): Promise<void>
}
