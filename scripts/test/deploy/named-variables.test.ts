import { join } from 'node:path'
import { expect, test } from 'vitest'
import { unknownVariables } from '../../deploy/named-variables.ts'

const DEPLOY = join(import.meta.dirname, '../../../deploy')

/** Settings of Kafka's image begin like some of ours. */
const isOfKafka = (file: string, name: string) => file === 'compose.yaml' && name.startsWith('KAFKA_')

test('every setting that a file of deploy/ names is a setting of the product', () => {
  expect(unknownVariables(DEPLOY, isOfKafka)).toEqual([])
})
