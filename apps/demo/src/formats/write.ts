import type { AppEntry, Entry } from '../shop/entry.ts'
import type { Written } from './document.ts'
import { ecs } from './ecs.ts'
import { logback } from './logback.ts'
import { logfmt } from './logfmt.ts'
import { nginxAccess, nginxError } from './nginx.ts'
import { pino } from './pino.ts'
import { postgresql } from './postgresql.ts'
import { pythonLogging } from './python-logging.ts'
import { redis } from './redis.ts'
import { structlog } from './structlog.ts'
import { winston } from './winston.ts'
import { zap } from './zap.ts'

/** The log library of each service. */
const LIBRARIES: Readonly<Record<AppEntry['service'], (entry: AppEntry) => Written>> = {
  web: pino,
  auth: logfmt,
  search: logfmt,
  deploy: logfmt,
  recommendation: logback,
  cart: winston,
  checkout: logback,
  kubelet: zap,
  payment: ecs,
  inventory: zap,
  shipping: pythonLogging,
  email: structlog,
  cache: redis,
}

/** An entry in the form its service writes it in. */
export function write(entry: Entry): Written {
  switch (entry.kind) {
    case 'app':
      return LIBRARIES[entry.service](entry)
    case 'access':
      return nginxAccess(entry)
    case 'proxy-error':
      return nginxError(entry)
    case 'statement':
      return postgresql(entry)
  }
}
