'use client'

import { X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import type { ReactNode } from 'react'

/** A panel at the side of the page, above it. */
export function Sheet(props: {
  readonly title: string
  readonly open: boolean
  readonly testId: string
  readonly width: string
  readonly onOpenChange: (open: boolean) => void
  readonly children: ReactNode
}) {
  return (
    <Dialog.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/30" />
        <Dialog.Content
          data-testid={props.testId}
          aria-describedby={undefined}
          className={`fixed inset-y-0 right-0 z-40 flex ${props.width} max-w-full flex-col border-l border-line bg-panel shadow-pop outline-none`}
        >
          <header className="flex h-12 shrink-0 items-center justify-between border-b border-line pr-2.5 pl-5">
            <Dialog.Title className="text-[15px] font-semibold">{props.title}</Dialog.Title>
            <Dialog.Close
              aria-label="Close"
              className="inline-flex size-7 items-center justify-center rounded-md text-dim hover:bg-hover"
            >
              <X size={16} aria-hidden />
            </Dialog.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{props.children}</div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
