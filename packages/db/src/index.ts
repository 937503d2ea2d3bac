export {
  type Database,
  type DatabaseOptions,
  isAway,
  openDatabase,
  type Repositories,
  reasonOf,
} from './database.ts'
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './embedded/index.ts'
export { MIGRATIONS, migrate } from './migrate.ts'
export type { AlertStateRepository, StoredAlertState } from './repositories/alert-states.ts'
export type {
  AppInstanceRepository,
  InstanceHealth,
  NewInstance,
  StoredInstance,
} from './repositories/app-instances.ts'
export type { Lease, LeaseRepository } from './repositories/leases.ts'
export type {
  DueNotification,
  NewNotification,
  NotificationRepository,
} from './repositories/notifications.ts'
export type { SavedSearchRepository, SearchContent, StoredSearch } from './repositories/saved-searches.ts'
