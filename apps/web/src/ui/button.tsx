'use client'

import { Tooltip } from 'radix-ui'
import type { ComponentProps, ReactNode } from 'react'

const LOOK = {
  plain:
    'border border-line-strong bg-panel text-text hover:bg-hover aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent',
  quiet: 'border border-transparent text-dim hover:bg-hover hover:text-text',
  strong: 'border border-transparent bg-accent text-on-accent hover:opacity-90',
} as const

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'className'> {
  readonly look?: keyof typeof LOOK
  readonly testId?: string | undefined
}

/** The one button of the product, 28 px high. */
export function Button({ look = 'plain', testId, ...props }: ButtonProps) {
  return (
    <button
      type="button"
      data-testid={testId}
      className={`inline-flex h-7 shrink-0 items-center justify-center gap-1.5 rounded-md px-2.5 font-medium whitespace-nowrap transition-colors disabled:opacity-50 ${LOOK[look]}`}
      {...props}
    />
  )
}

/** A button that is only an icon; its label is the tooltip too. */
export function IconButton({
  label,
  testId,
  small,
  children,
  ...props
}: Omit<ButtonProps, 'look'> & { label: string; small?: boolean }) {
  return (
    <Hint text={label}>
      <button
        type="button"
        aria-label={label}
        data-testid={testId}
        className={`inline-flex shrink-0 items-center justify-center rounded-md text-dim transition-colors hover:bg-hover hover:text-text disabled:opacity-50 ${small === true ? 'size-[22px]' : 'size-7'}`}
        {...props}
      >
        {children}
      </button>
    </Hint>
  )
}

/** A tooltip around one focusable element. */
export function Hint({ text, children }: { text: ReactNode; children: ReactNode }) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content
          sideOffset={5}
          collisionPadding={8}
          className="z-50 max-w-80 rounded-md border border-line bg-raised px-2 py-1 text-xs text-text shadow-pop"
        >
          {text}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  )
}

/** A key as it stands on the keyboard. */
export function Key({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-flex h-4.5 min-w-4.5 items-center justify-center rounded border border-line-strong bg-sunken px-1 font-mono text-[10.5px] text-dim">
      {children}
    </kbd>
  )
}
