'use client'

import type { ComponentProps } from 'react'

/** A button of the row above the list, 24 px high; pressed where it is a choice that holds. */
export function ToolButton({
  label,
  testId,
  ...props
}: Omit<ComponentProps<'button'>, 'className' | 'aria-label'> & { label: string; testId?: string }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      data-testid={testId}
      className="inline-flex h-6 shrink-0 items-center gap-1.5 rounded px-1.5 text-xs text-dim hover:bg-hover hover:text-text aria-pressed:bg-accent-soft aria-pressed:text-accent disabled:opacity-50"
      {...props}
    />
  )
}
