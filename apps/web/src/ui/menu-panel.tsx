'use client'

import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'

/** The list of a menu, below the button that opens it. */
export function MenuPanel(props: {
  readonly label?: string
  readonly className?: string
  readonly children: ReactNode
}) {
  return (
    <DropdownMenu.Portal>
      <DropdownMenu.Content
        align="end"
        sideOffset={2}
        collisionPadding={8}
        aria-label={props.label}
        className={`z-50 rounded-lg border border-line bg-raised p-1 shadow-pop ${props.className ?? ''}`}
      >
        {props.children}
      </DropdownMenu.Content>
    </DropdownMenu.Portal>
  )
}
