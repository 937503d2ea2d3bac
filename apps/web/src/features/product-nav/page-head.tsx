'use client'

import { RotateCw } from 'lucide-react'
import { IconButton } from '../../ui/button.tsx'
import { Mark } from '../../ui/mark.tsx'
import { ThemeToggle } from '../theme/theme-toggle.tsx'

/** Pages about the product itself. */
const PAGES = [
  { href: '/status', name: 'Status' },
  { href: '/dead-letters', name: 'Dead letters' },
  { href: '/audit', name: 'Audit' },
] as const
export type ProductPage = (typeof PAGES)[number]['name']

/** The way back to the logs, which page it is, and the way to the others. */
export function PageHead({ page, onRefresh }: { page: ProductPage; onRefresh(): void }) {
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
      <h1 className="mr-auto text-[14.5px] font-semibold">{page}</h1>
      <nav aria-label="Product" className="flex items-center">
        {PAGES.filter(({ name }) => name !== page).map(({ href, name }) => (
          <a
            key={href}
            href={href}
            className="inline-flex h-7 items-center rounded-md px-2 font-medium text-dim hover:bg-hover hover:text-text"
          >
            {name}
          </a>
        ))}
      </nav>
      <IconButton label="Ask again" onClick={onRefresh}>
        <RotateCw size={15} aria-hidden />
      </IconButton>
      <ThemeToggle />
    </header>
  )
}
