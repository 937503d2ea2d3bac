/** How often a range up to now is asked for again. */
export const REFRESH_CHOICES = ['10s', '30s', '1m', '5m'] as const
export type RefreshChoice = (typeof REFRESH_CHOICES)[number]

export const REFRESH_MILLIS: Readonly<Record<RefreshChoice, number>> = {
  '10s': 10_000,
  '30s': 30_000,
  '1m': 60_000,
  '5m': 300_000,
}

export const REFRESH_TEXT: Readonly<Record<RefreshChoice, string>> = {
  '10s': '10 s',
  '30s': '30 s',
  '1m': '1 min',
  '5m': '5 min',
}

export interface Reading {
  /** The tab is in view. */
  readonly visible: boolean
  /** The newest rows are. */
  readonly atTop: boolean
  /** An event is open. */
  readonly open: boolean
  readonly live: boolean
  readonly to: string
}

/** Why the page is not asked again by itself just now; undefined where it is. What someone reads must not move. */
export function refreshPause(reading: Reading): string | undefined {
  if (reading.to !== 'now') return 'The range does not end now'
  if (reading.live) return 'New logs come live'
  if (reading.open) return 'Paused while an event is open'
  if (!reading.atTop) return 'Paused while you read further down'
  return reading.visible ? undefined : 'Paused while the tab is hidden'
}
