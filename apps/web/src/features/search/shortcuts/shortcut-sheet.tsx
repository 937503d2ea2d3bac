'use client'

import { Dialog } from 'radix-ui'
import { TEST_IDS } from '../../../test-ids.ts'
import { Key } from '../../../ui/button.tsx'
import { SHORTCUTS } from './shortcuts.ts'

const EXAMPLES = [
  ['checkout', 'the word, any case'],
  ['"payment failed"', 'these words in a row'],
  ['*time*', 'part of a word'],
  ['level>=warn', 'warnings and worse'],
  ['service:checkout -status:200', 'a field, and one left out'],
  ['(a OR b) /user-\\d+/', 'either, and a pattern (RE2)'],
] as const

/** `?`: the keys and the query language on one small page. */
export function ShortcutSheet({ open, onOpenChange }: { open: boolean; onOpenChange(open: boolean): void }) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/30" />
        <Dialog.Content
          aria-describedby={undefined}
          data-testid={TEST_IDS.shortcuts}
          className="fixed top-1/2 left-1/2 z-50 grid max-h-[90dvh] w-[44rem] max-w-[calc(100vw-1.5rem)] -translate-x-1/2 -translate-y-1/2 gap-x-10 gap-y-5 overflow-y-auto rounded-xl border border-line bg-raised p-6 shadow-pop outline-none sm:grid-cols-2"
        >
          <section>
            <Dialog.Title className="mb-2 font-semibold">Keys</Dialog.Title>
            <dl className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-1.5">
              {SHORTCUTS.map(({ action, shown, about }) => (
                <div key={action} className="contents">
                  <dt className="flex gap-1">
                    {shown.map((key) => (
                      <Key key={key}>{key}</Key>
                    ))}
                  </dt>
                  <dd className="text-dim">{about}</dd>
                </div>
              ))}
            </dl>
          </section>
          <section>
            <h2 className="mb-2 font-semibold">Queries</h2>
            <dl className="grid gap-y-1.5">
              {EXAMPLES.map(([example, about]) => (
                <div key={example}>
                  <dt className="font-mono text-[12.5px]">{example}</dt>
                  <dd className="text-xs text-dim">{about}</dd>
                </div>
              ))}
            </dl>
          </section>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
