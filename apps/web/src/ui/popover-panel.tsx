'use client'

import { Popover } from 'radix-ui'
import type { ReactNode } from 'react'

/** What opens below a button of the top bar. */
export function PopoverPanel(props: {
  readonly label: string
  readonly testId: string
  readonly className: string
  readonly children: ReactNode
}) {
  return (
    <Popover.Portal>
      <Popover.Content
        align="end"
        sideOffset={6}
        collisionPadding={8}
        aria-label={props.label}
        data-testid={props.testId}
        className={`z-40 max-w-[calc(100vw-1rem)] rounded-lg border border-line bg-raised shadow-pop ${props.className}`}
      >
        {props.children}
      </Popover.Content>
    </Popover.Portal>
  )
}
