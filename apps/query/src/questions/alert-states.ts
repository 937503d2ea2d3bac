import { AlertsOutput } from '@heartwood/api'
import type { InternalClient } from '@heartwood/runtime'
import { passedOn } from '../passed-on.ts'

/** The rules and their state, which the alerter keeps. */
export async function alertStates(alerter: InternalClient, signal: AbortSignal): Promise<AlertsOutput> {
  const response = await alerter.call('/internal/alerts', { signal })
  if (!response.ok) throw await passedOn(alerter.app, response)
  return AlertsOutput.parse(await response.json())
}
