'use client'

import { type ReactNode, useMemo } from 'react'

/**
 * Draws again only when one of `on` changes, which is all that `children` makes use of: a part that stays as it is while
 * another part of the page changes many times a second. `on` keeps its length.
 */
export function Still({ on, children }: { on: readonly unknown[]; children: () => ReactNode }) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller names what it depends on
  return useMemo(children, on)
}
