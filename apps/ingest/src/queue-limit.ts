import type { Settings } from '@heartwood/settings'

const GIB = 1024 ** 3
const MIB = 1024 ** 2

/** What waits is read through once more after a crash, and each of its files looked for once a second. */
const MOST = 4 * GIB

/**
 * Bytes that may wait in the queue: a tenth of what the logs may take on disk. The largest body always fits in beside
 * others, so that it is never refused for good.
 */
export function queueLimit(
  settings: Pick<Settings, 'HEARTWOOD_MAX_DISK_GB' | 'HEARTWOOD_MAX_BODY_MB'>,
): number {
  const share = Math.round((settings.HEARTWOOD_MAX_DISK_GB * 1e9) / 10)
  return Math.max(4 * settings.HEARTWOOD_MAX_BODY_MB * MIB, Math.min(share, MOST))
}
