import type { AppEntry, Entry, Fields, Level } from '../shop/entry.ts'

/** The entries that lie between two times, `to` exclusive. */
export function between(entries: readonly Entry[], from: number, to: number): Entry[] {
  return entries.filter(({ at }) => at >= from && at < to)
}

/** What the tool that rolls releases out says. */
export function deploy(at: number, message: string, fields: Fields, level: Level = 'info'): AppEntry {
  return { kind: 'app', at, service: 'deploy', level, logger: 'rollout', message, fields }
}

/** What the agent that runs the containers says. */
export function kubelet(at: number, level: Level, message: string, fields: Fields): AppEntry {
  return { kind: 'app', at, service: 'kubelet', level, logger: 'pod_workers', message, fields }
}
