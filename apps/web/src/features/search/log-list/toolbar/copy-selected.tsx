'use client'

import { Copy, X } from 'lucide-react'
import { toast } from 'sonner'
import { TEST_IDS } from '../../../../test-ids.ts'
import { copyText } from '../../../../ui/copy.tsx'
import { COPY_FORMATS, type CopyFormat } from '../copying/copy-formats.ts'
import { ToolButton } from './tool-button.tsx'

const NAMES: Readonly<Record<CopyFormat, string>> = { text: 'text', json: 'JSON', markdown: 'Markdown' }

/** How many rows are marked, and what can be done with them. */
export function CopySelected(props: {
  readonly count: number
  textOf(format: CopyFormat): string
  onClear(): void
}) {
  const copy = async (format: CopyFormat) => {
    if (await copyText(props.textOf(format))) toast.success(copiedWords(props.count, format))
  }
  return (
    <div data-testid={TEST_IDS.selectedRows} className="flex min-w-0 items-center gap-0.5">
      <span className="px-1 text-xs font-medium whitespace-nowrap text-accent tabular-nums" role="status">
        {props.count.toLocaleString('en')} selected
      </span>
      {COPY_FORMATS.map((format) => (
        <ToolButton key={format} label={`Copy as ${NAMES[format]}`} onClick={() => void copy(format)}>
          {format === 'text' && <Copy size={13} aria-hidden />}
          {NAMES[format]}
        </ToolButton>
      ))}
      <ToolButton label="Select none (Esc)" onClick={props.onClear}>
        <X size={13} aria-hidden />
      </ToolButton>
    </div>
  )
}

export function copiedWords(count: number, format: CopyFormat): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'row' : 'rows'} copied as ${NAMES[format]}.`
}
