import type { ColdPlace, LogWriter } from '@heartwood/log-store'
import type { App } from '@heartwood/runtime'
import { archiveName, archivePlace } from '@heartwood/settings'

const LOOK_MILLIS = 5_000

/** Where old segments go, as the settings say; undefined where they stay. The client of an object store is loaded only here. */
export async function placeOfOldSegments(app: App): Promise<ColdPlace | undefined> {
  const { settings } = app
  const place = archivePlace(settings)
  if (place === undefined) return undefined
  const [{ openObjects }, { StandaloneArchive }] = await Promise.all([
    import('@heartwood/object-store'),
    import('@heartwood/log-store/cold'),
  ])
  const objects = await openObjects(place, Date.now())
  app.stopping.add('the archive', () => objects.close())
  return new StandaloneArchive({ objects, name: archiveName(place), hotDays: settings.HEARTWOOD_HOT_DAYS })
}

/** Has a warning of this app say what keeps old segments from going to their place, as long as something does. */
export function warnOfArchive(app: App, writer: Pick<LogWriter, 'stats'>): void {
  const look = () => {
    const { waiting, obstacle } = writer.stats().cold ?? {}
    if (obstacle === undefined) app.warnings?.delete('the archive')
    else app.warnings?.set('the archive', `${waiting?.segments ?? 0} segments wait to go there: ${obstacle}`)
  }
  const timer = setInterval(look, LOOK_MILLIS).unref()
  app.stopping.add('looking at the archive', async () => clearInterval(timer))
}
