'use client'

import { Dialog } from 'radix-ui'
import type { ReactNode } from 'react'

/** A dialog in the middle of the page, above everything else, as wide and high as `className` says at most. */
export function DialogBox(props: {
  readonly title: string
  readonly open: boolean
  readonly testId: string
  readonly className: string
  readonly onClose: () => void
  readonly children: ReactNode
}) {
  return (
    <Dialog.Root open={props.open} onOpenChange={(open) => !open && props.onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-50 bg-black/30" />
        <Dialog.Content
          data-testid={props.testId}
          aria-describedby={undefined}
          className={`fixed left-1/2 z-50 max-w-[calc(100vw-1.5rem)] -translate-x-1/2 overflow-y-auto rounded-xl border border-line bg-panel p-5 shadow-pop outline-none ${props.className}`}
        >
          <Dialog.Title className="text-[15px] font-semibold">{props.title}</Dialog.Title>
          {props.children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
