/** What one part of the cluster needs. */
export interface Role {
  readonly name: string
  /** Processes of an app, or machines of a server. */
  readonly count: number
  readonly kind: 'processes' | 'machines'
  /** Cores that are kept busy, all of them together, and left free as planned. */
  readonly cores: number
  /** Of one. */
  readonly memoryBytes: number
  /** Of one; 0: none to speak of. */
  readonly diskBytes: number
  /** What decides the count. */
  readonly boundBy: string
}

/** For availability: one may always be away. */
export const AT_LEAST = 2

/** The wish that needs most. */
export function largest(wishes: Readonly<Record<string, number>>): { count: number; boundBy: string } {
  return Object.entries(wishes)
    .map(([boundBy, count]) => ({ boundBy, count: Math.ceil(count) }))
    .reduce((most, wish) => (wish.count > most.count ? wish : most))
}
