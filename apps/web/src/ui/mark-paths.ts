/**
 * The product mark in a 32 by 32 box: growth rings of a tree, not quite closed and not quite round, around a heart
 * of wood. Drawn as strokes in the current colour.
 */
export const MARK_PATHS: readonly string[] = [
  'M16 3.2c7.4 0 12.9 5.4 12.9 12.5S23.3 28.8 16 28.8 3.1 23.1 3.1 16c0-4.5 2-8.3 5.2-10.6',
  'M17.2 7.8c4.2.5 7.2 3.9 7.2 8.1 0 4.8-3.6 8.4-8.3 8.4s-8.5-3.7-8.5-8.3 3.3-7.8 7.3-8.2',
  'M20 16.1c0 2.3-1.7 4-3.9 4s-4.1-1.7-4.1-4 1.8-4.2 4.1-4.2c.8 0 1.5.2 2.1.5',
  'M16.1 16v.1',
]
