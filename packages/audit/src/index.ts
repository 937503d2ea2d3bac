export * from './actor.ts'
export * from './audit-event.ts'
export { type AuditRecord, auditRecord, type Origin } from './audit-record.ts'
export { audited, errorAttributes, type Intent } from './audited.ts'
export { tokenFingerprint } from './fingerprint.ts'
export { type MemoryTrail, memoryTrail } from './memory-trail.ts'
export { auditPrefix, auditStoreFolder } from './names.ts'
export {
  OUTBOX_PARTITION,
  outboxConsumer,
  outboxFolder,
  outboxPublisher,
  STANDALONE_OUTBOXES,
  standaloneOutboxes,
} from './outbox.ts'
export * from './port.ts'
export { type ProcessTrail, processTrail } from './process-trail.ts'
export { type RepeatTrail, repeatTrail } from './repeat-trail.ts'
export { REPEAT_LIMITS, type RepeatLimits, Repeats } from './repeats.ts'
export { secretsOf } from './secrets.ts'
export { auditTrail, type TrailOptions } from './trail.ts'
