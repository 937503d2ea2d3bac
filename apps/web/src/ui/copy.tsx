'use client'

import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { toast } from 'sonner'
import { IconButton } from './button.tsx'

/** Copies text and shows for a moment that it did. */
export function CopyButton({
  text,
  label,
  testId,
  small = false,
}: {
  text: string
  label: string
  testId?: string | undefined
  small?: boolean
}) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 1_500)
    return () => clearTimeout(timer)
  }, [copied])
  return (
    <IconButton
      label={copied ? 'Copied' : label}
      testId={testId}
      small={small}
      onClick={async (event) => {
        event.stopPropagation()
        setCopied(await copyText(text))
      }}
    >
      {copied ? <Check size={14} aria-hidden className="text-accent" /> : <Copy size={14} aria-hidden />}
    </IconButton>
  )
}

/** Browsers give pages on plain http beyond loopback no clipboard; then the user is told. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    toast.error('The browser did not let the page copy. Select the text and copy it by hand.')
    return false
  }
}
