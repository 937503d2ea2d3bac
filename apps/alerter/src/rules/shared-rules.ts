import type { Rule } from '@heartwood/alerts'
import type { Database, Lease } from '@heartwood/db'
import type { Schedule } from '../evaluation/schedule.ts'

export interface SharedRulesParts {
  readonly database: Database
  /** Of this start of this process. */
  readonly owner: string
  /** How many alerters are up, this one included. */
  readonly alerters: () => number
  /** Gets the rules that are ours by now. */
  readonly evaluations: Pick<Schedule, 'replace'>
  /** How many of how many rules are ours has changed. */
  readonly onShare: (ours: number, of: number) => void
  /** The database does not answer. */
  readonly onTrouble: (error: unknown) => void
  readonly pace?: Partial<SharePace>
}

/** Milliseconds. */
export interface SharePace {
  /** A rule whose alerter says nothing for this long is anybody's. */
  readonly lease: number
  /** Between two looks, each of which renews what is ours. */
  readonly look: number
  /** The state of a rule that no alerter has had for this long is forgotten. */
  readonly forget: number
}

const PACE: SharePace = { lease: 8_000, look: 2_000, forget: 3_600_000 }

/** The rules of a cluster, each of which one alerter evaluates: whoever has its lease. */
export interface SharedRules {
  /** From now on these rules are shared. */
  replace(rules: readonly Rule[]): void
  /** The lease of a rule as far as is known here; undefined where it is not ours. */
  leaseOf(rule: Rule): Lease | undefined
  /** Forgets the states of all rules but these, and those that another alerter has or had lately. */
  forgetOthers(ruleIds: readonly string[]): Promise<void>
  /** Gives all back, for others to take at once. */
  stop(): Promise<void>
}

const PREFIX = 'alert rule '

/**
 * Takes as many rules as are due to one of so many alerters, and keeps them until it stops or is stopped: a rule whose
 * alerter died is taken by another within `lease` and a `look`. Who comes later gets its share as the others give back
 * what they have too much of.
 */
export function shareRules(parts: SharedRulesParts): SharedRules {
  const { database, owner, evaluations } = parts
  const pace = { ...PACE, ...parts.pace }
  let rules: readonly Rule[] = []
  let leases = new Map<string, Lease>()
  let said = ''

  const look = async (): Promise<void> => {
    const names = rules.map(nameOf)
    const kept = await database.leases.renew(owner, pace.lease)
    const due = Math.ceil(names.length / Math.max(1, parts.alerters()))
    const known = new Set(names)
    const [ours, surplus] = split(
      kept.filter(({ name }) => known.has(name)),
      due,
    )
    const gone = kept.filter(({ name }) => !known.has(name))
    const given = [...surplus, ...gone].map(({ name }) => name)
    // First nothing of it is begun any more, then it is given away.
    use(ours)
    if (given.length > 0) await database.leases.release(owner, given)
    if (ours.length >= due) return
    const wanted = names.filter((name) => !leases.has(name) && !given.includes(name))
    const taken = await database.leases.take(owner, wanted, { millis: pace.lease, limit: due - ours.length })
    if (taken.length > 0) use([...ours, ...taken])
  }
  const use = (ours: readonly Lease[]): void => {
    leases = new Map(ours.map((lease) => [lease.name, lease]))
    const evaluated = rules.filter((rule) => leases.has(nameOf(rule)))
    evaluations.replace(evaluated)
    const now = `${evaluated.length} of ${rules.length}`
    if (now !== said) parts.onShare(evaluated.length, rules.length)
    said = now
  }
  const forgetOthers = async (ruleIds: readonly string[]): Promise<void> => {
    const elsewhere = await database.leases.heldWithin(pace.forget)
    const theirs = elsewhere
      .filter((name) => name.startsWith(PREFIX))
      .map((name) => name.slice(PREFIX.length))
    await database.alertStates.keepOnly([...ruleIds, ...theirs])
  }

  let looking: Promise<void> | undefined
  const lookOnce = (): Promise<void> => {
    looking ??= look()
      .catch(parts.onTrouble)
      .finally(() => {
        looking = undefined
      })
    return looking
  }
  const timers = [
    setInterval(lookOnce, pace.look),
    setInterval(() => {
      if (rules.length > 0) forgetOthers(rules.map(({ id }) => id)).catch(parts.onTrouble)
    }, pace.forget),
  ]
  for (const timer of timers) timer.unref()
  return {
    replace(next) {
      rules = next
      // Ours go on with what the file says of them now.
      use([...leases.values()])
      void lookOnce()
    },
    leaseOf: (rule) => leases.get(nameOf(rule)),
    forgetOthers,
    async stop() {
      for (const timer of timers) clearInterval(timer)
      await looking
      const names = [...leases.keys()]
      leases = new Map()
      evaluations.replace([])
      if (names.length > 0) await database.leases.release(owner, names)
    },
  }
}

function nameOf(rule: Rule): string {
  return `${PREFIX}${rule.id}`
}

function split<T>(list: readonly T[], at: number): [T[], T[]] {
  return [list.slice(0, at), list.slice(at)]
}
