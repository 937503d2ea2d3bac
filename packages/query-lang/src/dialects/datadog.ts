import { levelOf } from '../value-test.ts'
import { plainField, readLuceneLike } from './lucene-like.ts'
import type { Understood } from './translation.ts'

/** Datadog's reserved names and tags, and what they are called here. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['status', 'level'],
  ['host', 'hostname'],
  ['kube_namespace', 'namespace'],
  ['pod_name', 'pod'],
  ['version', 'service.version'],
])

/**
 * What only Datadog's search syntax has: `@attribute:`, and a `status` that is a level.
 * @param bare the text without what stands in quotes
 */
export function looksLikeDatadog(bare: string): boolean {
  if (/(?:^|[\s(!-])@(?!timestamp\b)[\w.-]+:/.test(bare) || /(?:^|[\s(!-])\*:[^\s*]/.test(bare)) return true
  const status = /(?:^|[\s(!-])status:\(?([a-z]+)/i.exec(bare)?.[1]
  return status !== undefined && LEVEL_WORDS.has(status.toLowerCase())
}

const LEVEL_WORDS: ReadonlySet<string> = new Set([
  ...[
    'emergency',
    'emerg',
    'alert',
    'critical',
    'error',
    'err',
    'warn',
    'warning',
    'notice',
    'info',
    'debug',
    'trace',
  ],
])

export function readDatadog(query: string): Understood {
  return readLuceneLike(query, {
    beside: 'and',
    anyCase: false,
    valuesOfWords: false,
    field(name, value, lose) {
      if (name === 'source' && value.kind !== 'compare') {
        lose('`source` is the integration that Datadog knows a log by; nothing here is like it')
        return undefined
      }
      if (value.kind === 'word' && /^CIDR$/i.test(name)) {
        lose('`CIDR()`: ranges of addresses cannot be asked for')
        return undefined
      }
      const own = NAMES.get(name) ?? name.replace(/^@(?!timestamp$)/, '')
      if (name === 'status' && value.kind === 'word' && !value.wild) {
        return plainField(own, { ...value, text: levelOf(value.text) ?? value.text })
      }
      return plainField(own, value)
    },
  })
}
