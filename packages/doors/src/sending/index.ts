/** For those who send: how a source is cut into bodies that a door takes. Runs in a browser too. */
export { type Delivery, deliveryOf } from './delivery.ts'
export { type Batch, LineBatches, type LineLimits } from './line-batches.ts'
export { SENDING_LIMITS } from './sending-limits.ts'
export { type Beginning, beginningOf, continued, DocumentTooLong, wholeDocument } from './source.ts'
