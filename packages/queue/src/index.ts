export { type DiskConsumerOptions, openDiskConsumer } from './disk/consumer.ts'
export { type DiskPublisherOptions, openDiskPublisher } from './disk/publisher.ts'
export { MemoryQueue } from './memory/memory-queue.ts'
export * from './port.ts'
