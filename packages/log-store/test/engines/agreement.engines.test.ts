import { inject, test } from 'vitest'
import { sharedServer } from '../../../../scripts/stack/shared-server.ts'
import { ownS3Objects } from '../cold/own-s3-objects.ts'
import { expectAgreement } from './agreement.ts'
import { elasticsearch, segments, tiers } from './engine.ts'

const { seed, share } = inject('engines')
const sets = (whole: number) => Math.max(1, Math.round(whole * share))

test('segments answer 10,000 generated pairs of events and queries as the memory store does', async () => {
  await expectAgreement('segments', segments, { seed, sets: sets(50), events: 120, queries: 200 })
})

test('Elasticsearch answers 2,000 generated pairs of events and queries as the memory store does', async () => {
  const engine = elasticsearch(await sharedServer('elasticsearch'))
  await expectAgreement('Elasticsearch', engine, { seed, sets: sets(10), events: 120, queries: 200 })
})

test('Elasticsearch and an archive on S3 as one answer 2,000 generated pairs of events and queries as the memory store does', async () => {
  const s3 = await sharedServer('s3')
  const engine = tiers(await sharedServer('elasticsearch'), () => ownS3Objects(s3))
  await expectAgreement('Elasticsearch and archive', engine, {
    seed,
    sets: sets(10),
    events: 120,
    queries: 200,
  })
})
