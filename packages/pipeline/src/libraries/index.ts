import type { Library } from './library.ts'

/** To add one: an entry here, and a case with a real line in test/libraries/. */
export const LIBRARIES: readonly Library[] = [
  {
    // Of a line of a file: its time is when Filebeat read it, and the line mostly has its own.
    name: 'filebeat',
    marks: ['@timestamp', 'log.offset'],
    values: { 'agent.type': 'filebeat' },
    moves: [['@timestamp', 'event.created']],
  },
  {
    // pino and bunyan: the name of the logger they are made with is that of the program.
    name: 'pino',
    marks: ['name', 'pid', 'hostname', 'level', 'time'],
    moves: [['name', 'service.name']],
  },
  {
    name: 'python logging',
    marks: ['levelname', 'name'],
    moves: [
      ['name', 'log.logger'],
      ['process', 'process.pid'],
      // Its other time, asctime, is the local one and names no zone.
      ['created', '@timestamp'],
    ],
  },
  {
    // Serilog's compact format (CLEF): the level is left out where it is Information.
    name: 'serilog compact',
    marks: ['@t'],
    anyOf: ['@mt', '@m'],
    level: { key: '@l', missing: 9 },
  },
  {
    name: 'log4j2 json',
    marks: ['loggerName', 'thread', 'level'],
    moves: [['thread', 'thread.name']],
  },
  {
    name: 'microsoft console json',
    marks: ['LogLevel', 'EventId', 'Category'],
    moves: [['Category', 'log.logger']],
  },
  {
    name: 'mongodb',
    marks: ['s', 'c', 'ctx'],
    anyOf: ['t.$date', 't.$date.$numberLong'],
    moves: [
      ['c', 'log.logger'],
      ['ctx', 'thread.name'],
    ],
    level: { key: 's', words: { F: 21, E: 17, W: 13, I: 9, D1: 5, D2: 5, D3: 4, D4: 3, D5: 2 } },
  },
  {
    name: 'gelf',
    marks: ['version', 'host', 'level'],
    values: { version: '1.1' },
    // 1 is what the format has where the sender gave none.
    level: { key: 'level', scale: 'gelf' },
  },
  {
    name: 'kubernetes event',
    marks: ['involvedObject.kind', 'reason', 'type'],
    moves: [
      ['lastTimestamp', '@timestamp'],
      ['eventTime', '@timestamp'],
      ['firstTimestamp', '@timestamp'],
      ['metadata.creationTimestamp', '@timestamp'],
      ['involvedObject.namespace', 'k8s.namespace.name'],
      ['source.component', 'service.name'],
      ['reportingComponent', 'service.name'],
      ['source.host', 'host.name'],
    ],
    level: { key: 'type', words: { Normal: 9, Warning: 13 }, keeps: true },
  },
  {
    name: 'kubernetes event of a pod',
    marks: ['involvedObject.kind', 'reason', 'type'],
    values: { 'involvedObject.kind': 'Pod' },
    moves: [['involvedObject.name', 'k8s.pod.name']],
  },
  {
    name: 'application insights',
    marks: ['severityLevel', 'operation_Id'],
    moves: [
      ['operation_Id', 'trace_id'],
      ['operation_ParentId', 'span_id'],
      ['cloud_RoleName', 'service.name'],
      ['cloud_RoleInstance', 'host.name'],
    ],
    level: { key: 'severityLevel', scale: 'applicationinsights' },
  },
  {
    name: 'roarr',
    marks: ['context.logLevel', 'sequence', 'version'],
    moves: [['context.package', 'service.name']],
    level: { key: 'context.logLevel', scale: 'pino' },
  },
  {
    name: 'log4js',
    marks: ['startTime', 'categoryName', 'level.levelStr'],
    moves: [['startTime', '@timestamp']],
  },
  {
    name: 'structlog',
    marks: ['event', 'level', 'timestamp'],
    moves: [['event', 'message']],
  },
  {
    name: 'loguru',
    marks: ['text', 'record.message', 'record.level.name'],
    moves: [['record.message', 'message']],
  },
  {
    // Rust's tracing: what is said stands among the fields.
    name: 'tracing',
    marks: ['fields.message', 'target', 'level'],
    moves: [
      ['fields.message', 'message'],
      ['target', 'log.logger'],
    ],
  },
  {
    // Hosted functions and agents write `thread` beside these; elsewhere it may be a forum's.
    name: 'thread of a logger',
    marks: ['thread', 'logger', 'level'],
    moves: [['thread', 'thread.name']],
  },
]
