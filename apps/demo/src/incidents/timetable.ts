import { type ConditionOf, HEALTHY } from '../shop/condition.ts'
import type { Entry } from '../shop/entry.ts'
import { AFTERMATH_MILLIS, INCIDENT_KINDS, type Incident, type IncidentKind } from './incident.ts'
import { SCRIPTS } from './scripts.ts'

/** When which incident happens, and what follows from it. Times are epoch milliseconds, ends exclusive. */
export interface Timetable {
  /** Those that touch this time, with what they say before and after. */
  incidents(from: number, to: number): Incident[]
  readonly conditionOf: ConditionOf
  /** What the incidents say beside the trips of shoppers. */
  lines(from: number, to: number): Entry[]
}

const MINUTE = 60_000

/** Around the opening: the hour before it, and one that goes on when somebody first looks. Minutes from the opening. */
const OPENING: readonly (readonly [kind: IncidentKind, from: number, to: number])[] = [
  ['expired-certificate', -54, -50],
  ['silent-service', -41, -36],
  ['memory-pressure', -27, -22],
  ['bad-deployment', -11, -4],
  ['slow-database', -7, 14],
]
/** After it one incident a period, minutes. */
const FIRST_PERIOD = 18
const PERIOD = 9
const LENGTH = 5
/** What an incident says before it begins. */
const OVERTURE_MILLIS = 30_000

/** The incidents of a shop that opened at `opened`; of the time to come each period has one, of rotating kinds. */
export function timetable(opened: number): Timetable {
  const opening = OPENING.map(([kind, from, to]): Incident => {
    return { kind, from: opened + from * MINUTE, to: opened + to * MINUTE }
  })
  const incidents = (from: number, to: number): Incident[] => {
    const begin = from - AFTERMATH_MILLIS
    const end = to + OVERTURE_MILLIS
    const first = opened + FIRST_PERIOD * MINUTE
    const later: Incident[] = []
    for (let round = roundOf(begin - first); round <= roundOf(end - first); round++) {
      if (round < 0) continue
      const at = first + round * PERIOD * MINUTE
      const kind = INCIDENT_KINDS[round % INCIDENT_KINDS.length] ?? 'bad-deployment'
      later.push({ kind, from: at, to: at + LENGTH * MINUTE })
    }
    return [...opening, ...later].filter((incident) => incident.from < end && incident.to > begin)
  }
  const now = remembering(incidents)
  return {
    incidents,
    conditionOf(service, at) {
      for (const incident of now(at)) {
        if (at < incident.from || at >= incident.to) continue
        const condition = SCRIPTS[incident.kind].conditionOf(service, at, incident)
        if (condition.kind !== 'healthy') return condition
      }
      return HEALTHY
    },
    lines: (from, to) =>
      incidents(from, to).flatMap((incident) => SCRIPTS[incident.kind].lines(incident, from, to)),
  }
}

function roundOf(millis: number): number {
  return Math.floor(millis / (PERIOD * MINUTE))
}

/** The incidents around a time, looked up once a minute: every call of every trip asks. */
function remembering(incidents: Timetable['incidents']): (at: number) => readonly Incident[] {
  let minute = Number.NaN
  let known: readonly Incident[] = []
  return (at) => {
    const asked = Math.floor(at / MINUTE)
    if (asked !== minute) {
      known = incidents(asked * MINUTE, (asked + 1) * MINUTE)
      minute = asked
    }
    return known
  }
}
