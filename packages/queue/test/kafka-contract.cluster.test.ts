import { groupConsumerContract } from '../src/group-contract.ts'
import { publisherContract } from '../src/publisher-contract.ts'
import { kafkaPlace } from './kafka-place.ts'

publisherContract('kafka', kafkaPlace)
groupConsumerContract('kafka', kafkaPlace)
