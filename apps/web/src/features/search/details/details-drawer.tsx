'use client'

import { Dialog } from 'radix-ui'
import type { ReactNode } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import { ResizeHandle } from '../../../ui/resize-handle.tsx'
import { useHabit } from '../../../ui/use-habit.ts'
import { useWide } from '../../../ui/use-wide.ts'
import { DRAWER_DEFAULT, DRAWER_MAX, DRAWER_MIN, DRAWER_WIDTH } from './drawer-width.ts'

/** The place of the details: beside the list, which stays in use, where there is room; above it where there is none. */
export function DetailsDrawer({ onClose, children }: { onClose(): void; children: ReactNode }) {
  return useWide() ? (
    <Beside onClose={onClose}>{children}</Beside>
  ) : (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/30" />
        <Dialog.Content
          aria-describedby={undefined}
          data-testid={TEST_IDS.logDetails}
          className="fixed inset-y-0 right-0 z-40 flex w-[36rem] max-w-full flex-col border-line bg-panel shadow-pop outline-none sm:border-l"
          // Not to the first button: its hint would take the first Escape.
          onOpenAutoFocus={(event) => {
            event.preventDefault()
            if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus()
          }}
          // Whoever closes it says where the focus goes.
          onCloseAutoFocus={(event) => event.preventDefault()}
        >
          <Dialog.Title className="sr-only">Details</Dialog.Title>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Beside({ onClose, children }: { onClose(): void; children: ReactNode }) {
  const [width, setWidth] = useHabit(DRAWER_WIDTH)
  return (
    <aside
      aria-label="Details"
      data-testid={TEST_IDS.logDetails}
      className="relative flex max-w-[70%] shrink-0 flex-col border-l border-line bg-panel"
      style={{ width }}
      onKeyDown={(event) => {
        // The page's own keys leave text fields alone, and Escape with them.
        if (event.key !== 'Escape' || event.defaultPrevented) return
        event.preventDefault()
        onClose()
      }}
    >
      <ResizeHandle
        label="Width of the details"
        grows="left"
        width={width}
        min={DRAWER_MIN}
        max={DRAWER_MAX}
        onResize={setWidth}
        onReset={() => setWidth(DRAWER_DEFAULT)}
      />
      {children}
    </aside>
  )
}
