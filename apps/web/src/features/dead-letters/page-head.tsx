'use client'

import { RotateCw } from 'lucide-react'
import { IconButton } from '../../ui/button.tsx'
import { Mark } from '../../ui/mark.tsx'
import { ThemeToggle } from '../theme/theme-toggle.tsx'

/** The way back to the logs, and what the page is. */
export function PageHead({ onRefresh }: { onRefresh(): void }) {
  return (
    <header className="flex shrink-0 items-center gap-2 border-b border-line bg-head px-3 py-2">
      <a
        href="/"
        aria-label="Heartwood, to the logs"
        className="flex shrink-0 items-center gap-2 rounded-md text-[14.5px] font-semibold tracking-tight"
      >
        <Mark className="text-accent" />
        <span className="max-sm:hidden">Heartwood</span>
      </a>
      <span aria-hidden className="text-faint">
        /
      </span>
      <h1 className="flex-1 text-[14.5px] font-semibold">Dead letters</h1>
      <IconButton label="Ask again" onClick={onRefresh}>
        <RotateCw size={15} aria-hidden />
      </IconButton>
      <ThemeToggle />
    </header>
  )
}
