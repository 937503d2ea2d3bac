import { sharedServer } from '../../../scripts/stack/shared-server.ts'
import { everyStoreContract } from '../src/contract.ts'
import { ownS3Objects } from './cold/own-s3-objects.ts'
import { newIndices } from './elasticsearch/store-under-test.ts'
import { RESTORED_PARTS } from './tiered/coverages.ts'
import { openTiers } from './tiered/open-tiers.ts'

everyStoreContract('Elasticsearch and an archive on S3 as one, restored parts in it', async (settings) => {
  const hot = newIndices(await sharedServer('elasticsearch'))
  const objects = await ownS3Objects(await sharedServer('s3'))
  return openTiers({ hot, objects, coverage: RESTORED_PARTS }, settings)
})
