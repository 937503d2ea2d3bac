import type { Level } from '@heartwood/event'

/** Colours of a level's bar, as CSS values. */
export const LEVEL_FILL: Readonly<Record<Level, string>> = {
  fatal: 'var(--fill-fatal)',
  error: 'var(--fill-error)',
  warn: 'var(--fill-warn)',
  info: 'var(--fill-info)',
  debug: 'var(--fill-debug)',
  trace: 'var(--fill-trace)',
  unknown: 'var(--fill-unknown)',
}

/** Class of a level's word: only what needs attention has a colour. */
export const LEVEL_TEXT: Readonly<Record<Level, string>> = {
  fatal: 'text-fatal font-semibold',
  error: 'text-error font-semibold',
  warn: 'text-warn',
  info: 'text-faint',
  debug: 'text-faint',
  trace: 'text-faint',
  unknown: 'text-faint',
}
