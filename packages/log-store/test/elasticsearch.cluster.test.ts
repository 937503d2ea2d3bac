import { sharedServer } from '../../../scripts/stack/shared-server.ts'
import { sharedStoreContract } from '../src/contract.ts'
import { oneStore, sharedStore } from './elasticsearch/store-under-test.ts'

sharedStoreContract(
  'elasticsearch',
  async (settings) => sharedStore(await sharedServer('elasticsearch'), settings),
  async (settings) => oneStore(await sharedServer('elasticsearch'), settings),
)
