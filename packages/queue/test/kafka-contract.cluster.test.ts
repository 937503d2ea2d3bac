import { groupConsumerContract } from '../src/group-contract.ts'
import { kafkaPlace } from './kafka-place.ts'

groupConsumerContract('kafka', kafkaPlace)
