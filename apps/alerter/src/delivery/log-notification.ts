import { NOTICES } from '@heartwood/alerts'
import type { App } from '@heartwood/runtime'
import { z } from 'zod'

const Logged = z.object({ notice: z.enum(NOTICES), subject: z.string(), link: z.string() })

/** The receiver `log`: a notification as one line of the alerter's own log. */
export function logNotification(log: App['log'], payload: unknown): void {
  const { notice, subject, link } = Logged.parse(payload)
  if (notice === 'firing' || notice === 'unknown') log.warn({ notice, link }, subject)
  else log.info({ notice, link }, subject)
}
