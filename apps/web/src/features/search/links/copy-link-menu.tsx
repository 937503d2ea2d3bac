'use client'

import { Link2 } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { toast } from 'sonner'
import { TEST_IDS } from '../../../test-ids.ts'
import { copyText } from '../../../ui/copy.tsx'
import { MenuPanel } from '../../../ui/menu-panel.tsx'

/** Paths that lead to an event. */
export interface EventLinks {
  /** Where it stands among its neighbours: of a search, a trace, a request. */
  readonly inPlace: { readonly label: string; readonly href: string }
  /** The event alone. */
  readonly bare: string
}

/** Copies one of the links to an event. */
export function CopyLinkMenu({ links }: { links: EventLinks }) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        aria-label="Copy a link to this event"
        title="Copy a link to this event"
        data-testid={TEST_IDS.copyEventLink}
        className="inline-flex size-7 shrink-0 items-center justify-center rounded-md text-dim transition-colors hover:bg-hover hover:text-text data-[state=open]:bg-hover"
      >
        <Link2 size={15} aria-hidden />
      </DropdownMenu.Trigger>
      <MenuPanel>
        <Item label={links.inPlace.label} href={links.inPlace.href} />
        <Item label="Link to the event alone" href={links.bare} />
      </MenuPanel>
    </DropdownMenu.Root>
  )
}

function Item({ label, href }: { label: string; href: string }) {
  return (
    <DropdownMenu.Item
      className="cursor-default rounded-md px-2.5 py-1 outline-none select-none data-[highlighted]:bg-hover max-lg:py-2"
      onSelect={() => void copyLink(href)}
    >
      {label}
    </DropdownMenu.Item>
  )
}

/** Copies a path of this server as a whole address, and says so. */
export async function copyLink(href: string): Promise<void> {
  if (await copyText(new URL(href, window.location.href).toString())) toast.success('The link is copied.')
}
