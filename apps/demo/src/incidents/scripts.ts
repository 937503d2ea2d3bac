import { badDeployment } from './bad-deployment.ts'
import { expiredCertificate } from './expired-certificate.ts'
import type { IncidentKind, Script } from './incident.ts'
import { memoryPressure } from './memory-pressure.ts'
import { silentService } from './silent-service.ts'
import { slowDatabase } from './slow-database.ts'

export const SCRIPTS: Readonly<Record<IncidentKind, Script>> = {
  'bad-deployment': badDeployment,
  'slow-database': slowDatabase,
  'silent-service': silentService,
  'expired-certificate': expiredCertificate,
  'memory-pressure': memoryPressure,
}
