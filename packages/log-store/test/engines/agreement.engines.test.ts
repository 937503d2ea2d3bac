import { inject, test } from 'vitest'
import { sharedServer } from '../../../../scripts/stack/shared-server.ts'
import { expectAgreement } from './agreement.ts'
import { elasticsearch, segments } from './engine.ts'

const { seed, share } = inject('engines')
const sets = (whole: number) => Math.max(1, Math.round(whole * share))

test('segments answer 10,000 generated pairs of events and queries as the memory store does', async () => {
  await expectAgreement('segments', segments, { seed, sets: sets(50), events: 120, queries: 200 })
})

test('Elasticsearch answers 2,000 generated pairs of events and queries as the memory store does', async () => {
  const engine = elasticsearch(await sharedServer('elasticsearch'))
  await expectAgreement('Elasticsearch', engine, { seed, sets: sets(10), events: 120, queries: 200 })
})
