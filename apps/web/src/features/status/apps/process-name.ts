import type { AppStateJson } from '@heartwood/api'

/** What a process is called: by its app, or where there are several, by its own name, which may say the app already. */
export function processName(app: AppStateJson['app'], instance: AppStateJson['instance']): string {
  if (instance === null) return app
  return instance.startsWith(app) ? instance : `${app} ${instance}`
}
