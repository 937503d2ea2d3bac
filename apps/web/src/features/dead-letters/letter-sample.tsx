'use client'

import type { WholeDeadLetter } from '@heartwood/api'
import { useMemo } from 'react'
import { TEST_IDS } from '../../test-ids.ts'
import { CopyButton } from '../../ui/copy.tsx'
import { LogText } from '../search/log-list/log-text.tsx'
import { prepareSample } from './prepare-sample.ts'

/** What was sent: as text with every unseen character named, or as bytes. */
export function LetterSample({ letter }: { letter: WholeDeadLetter }) {
  const sample = useMemo(() => prepareSample(letter.sample, letter.original?.body), [letter])
  if (letter.sample === '') return null
  return (
    <section className="mt-4">
      <h3 className="flex items-center gap-1 text-xs font-semibold text-faint">
        {sample.kind === 'hex' ? 'The bytes that were sent' : 'What was sent'}
        <CopyButton text={letter.sample} label="Copy what was sent" />
      </h3>
      <pre
        data-testid={TEST_IDS.letterSample}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
        tabIndex={0}
        className={`max-h-[50vh] overflow-auto rounded-md bg-sunken px-2.5 py-2 text-[12px] leading-[18px] ${sample.kind === 'hex' ? 'whitespace-pre' : 'break-all whitespace-pre-wrap'}`}
      >
        {sample.kind === 'hex' ? sample.lines.join('\n') : <LogText text={sample.text} lines />}
      </pre>
      {sample.kind === 'hex' && sample.more > 0 && (
        <p className="mt-1 text-xs text-faint">and {sample.more.toLocaleString('en')} bytes more</p>
      )}
    </section>
  )
}
