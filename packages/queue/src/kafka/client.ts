import kafkajs, { type Kafka, type KafkaConfig, type LogEntry, type SASLOptions } from 'kafkajs'
import { registerCodecs } from './codecs.ts'
import { quietRequestQueues } from './quiet-request-queue.ts'

/** Where a Kafka is and how we get in. */
export interface KafkaAddress {
  /** host:port of some of its brokers. */
  readonly brokers: readonly string[]
  readonly tls: boolean
  readonly login?: KafkaLogin | undefined
  /** How we call ourselves in the broker's logs. */
  readonly clientId: string
}

export interface KafkaLogin {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
  readonly username: string
  readonly password: string
}

export interface ClientTrouble {
  readonly level: 'warn' | 'error'
  readonly message: string
}

/** Gets what the client reports of its troubles. */
export type ClientLog = (entry: ClientTrouble) => void

const CONNECTION_MILLIS = 3_000
/** A broker that does not answer for this long is taken to be gone. The largest messages take their time. */
const REQUEST_MILLIS = 30_000

/** A client of one process. Its own tries are few: those who use it know what is worth trying, and for how long. */
export function kafkaClient(
  address: KafkaAddress,
  log: ClientLog = () => {},
  requestMillis: number = REQUEST_MILLIS,
): Kafka {
  registerCodecs()
  quietRequestQueues()
  const config: KafkaConfig = {
    clientId: address.clientId,
    brokers: [...address.brokers],
    ssl: address.tls,
    ...(address.login !== undefined && { sasl: saslOf(address.login) }),
    connectionTimeout: CONNECTION_MILLIS,
    requestTimeout: requestMillis,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, factor: 0, multiplier: 2, retries: 3 },
    logLevel: kafkajs.logLevel.WARN,
    logCreator: () => (entry) => {
      const trouble = troubleIn(entry)
      if (trouble !== undefined) log(trouble)
    },
  }
  return new kafkajs.Kafka(config)
}

/** That members come and go is no trouble: Kafka answers each heartbeat so until all have joined again. */
const REBALANCING = 'The group is rebalancing'

/** What is worth telling of what the client says; undefined for what happens in every group. */
export function troubleIn({
  level,
  log: { message, error },
}: Pick<LogEntry, 'level' | 'log'>): ClientTrouble | undefined {
  const told = typeof error === 'string' && error !== '' ? `${message}: ${error}` : message
  if (told.includes(REBALANCING)) return undefined
  return { level: level === kafkajs.logLevel.ERROR ? 'error' : 'warn', message: told }
}

function saslOf({ mechanism, username, password }: KafkaLogin): SASLOptions {
  switch (mechanism) {
    case 'plain':
      return { mechanism: 'plain', username, password }
    case 'scram-sha-256':
      return { mechanism: 'scram-sha-256', username, password }
    case 'scram-sha-512':
      return { mechanism: 'scram-sha-512', username, password }
  }
}

/** What Kafka says is wrong, by the name its protocol has for it; undefined where it is no answer of Kafka's. */
export function errorType(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('type' in error && typeof error.type === 'string') return error.type
  // Of several topics, or of several tries, the first tells.
  if ('errors' in error && Array.isArray(error.errors)) return errorType(error.errors[0])
  return errorType(error.cause)
}

/** Whether a request was given up because nothing was answered. */
export function isSilence(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause.name === 'KafkaJSRequestTimeoutError') return true
  return false
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
