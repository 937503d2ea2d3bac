import { sharedServer } from '../../../scripts/stack/shared-server.ts'
import { sharedStoreContract } from '../src/contract.ts'
import { newIndices, oneStore, sharedStore } from './elasticsearch/store-under-test.ts'

sharedStoreContract(
  'elasticsearch',
  async (settings) => sharedStore(newIndices(await sharedServer('elasticsearch')), settings),
  async (settings) => oneStore(newIndices(await sharedServer('elasticsearch')), settings),
)
