import { auditOf } from '@heartwood/audit/app'
import { startApp } from '@heartwood/runtime'
import { modeOf } from '@heartwood/settings'

const app = startApp('indexer', process.env)
await auditOf(app)
// Each loads only what it needs: standalone no client of Kafka, a cluster no DuckDB.
switch (modeOf(app.settings)) {
  case 'standalone': {
    const { runStandalone } = await import('./standalone.ts')
    await runStandalone(app)
    break
  }
  case 'cluster': {
    const { runInCluster } = await import('./cluster/run-in-cluster.ts')
    await runInCluster(app)
  }
}
