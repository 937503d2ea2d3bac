import type { LogJson } from '@heartwood/api'

/** What the lines around an event can have in common with it, the narrowest first. */
export const HELD_FIELDS = ['pod', 'hostname', 'service', 'namespace', 'environment'] as const
export type HeldField = (typeof HELD_FIELDS)[number]

export const HELD_NAMES: Readonly<Record<HeldField, string>> = {
  pod: 'pod',
  hostname: 'host',
  service: 'service',
  namespace: 'namespace',
  environment: 'environment',
}

/** The fields of an event that its context can be held to. */
export function heldFieldsOf(log: LogJson): HeldField[] {
  return HELD_FIELDS.filter((field) => log[field] !== undefined)
}

/** What is held at first: the pod (in its namespace), else the host, else the service; nothing where there is none of them. */
export function heldAtFirst(log: LogJson): HeldField[] {
  if (log.pod !== undefined) return log.namespace === undefined ? ['pod'] : ['pod', 'namespace']
  if (log.hostname !== undefined) return ['hostname']
  return log.service === undefined ? [] : ['service']
}
