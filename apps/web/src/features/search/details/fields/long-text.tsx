'use client'

import { useState } from 'react'
import { LogText } from '../../log-list/log-text.tsx'
import { beginningOf } from './beginning-of.ts'

/** Text over several lines, of a long one the beginning, and all of it when asked. */
export function LongText({ text, limit }: { text: string; limit?: number }) {
  const [whole, setWhole] = useState(false)
  const beginning = beginningOf(text, limit)
  if (beginning === text) return <LogText text={text} lines />
  return (
    <>
      <span className={whole ? 'block max-h-[60vh] overflow-y-auto' : undefined}>
        <LogText text={whole ? text : beginning} lines />
      </span>
      <button
        type="button"
        className="mt-0.5 block font-sans text-xs font-medium text-accent hover:underline"
        onClick={() => setWhole(!whole)}
      >
        {whole ? 'Show less' : `Show all ${text.length.toLocaleString('en')} characters`}
      </button>
    </>
  )
}
