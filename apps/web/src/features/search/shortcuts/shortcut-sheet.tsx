'use client'

import { Command } from 'cmdk'
import { Dialog } from 'radix-ui'
import { useRef } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import { Key } from '../../../ui/button.tsx'
import { SHORTCUT_GROUPS, type ShortcutHandlers } from './shortcuts.ts'

const EXAMPLES = [
  ['checkout', 'the word, any case'],
  ['"payment failed"', 'these words in a row'],
  ['*time*', 'part of a word'],
  ['level>=warn', 'warnings and worse'],
  ['service:checkout -status:200', 'a field, and one left out'],
  ['(a OR b) /user-\\d+/', 'either, and a pattern (RE2)'],
] as const

/** `?`: every key, found by what it does and run by a click or Enter, and the query language in short. */
export default function ShortcutSheet(props: { actions: ShortcutHandlers; onClose(): void }) {
  const { actions, onClose } = props
  const chosen = useRef<() => void>(undefined)
  return (
    <Dialog.Root open onOpenChange={onClose}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/30" />
        <Dialog.Content
          aria-describedby={undefined}
          data-testid={TEST_IDS.shortcuts}
          className="fixed top-1/2 left-1/2 z-50 max-h-[90dvh] w-[58rem] max-w-[calc(100vw-1.5rem)] -translate-x-1/2 -translate-y-1/2 overflow-hidden rounded-xl border border-line bg-raised shadow-pop outline-none"
          // What was chosen may put the focus somewhere: it comes after the dialog has given it back.
          onCloseAutoFocus={() => queueMicrotask(() => chosen.current?.())}
        >
          <Dialog.Title className="sr-only">Keys</Dialog.Title>
          <Command label="Keys" loop filter={contains} className="flex max-h-[90dvh] flex-col">
            <Command.Input
              data-testid={TEST_IDS.shortcutSearch}
              placeholder="Keys: what do you want to do?"
              className="h-12 w-full shrink-0 border-b border-line bg-transparent px-5 text-[14px] placeholder:text-faint focus:outline-none"
            />
            <div className="min-h-0 overflow-y-auto p-3">
              <Command.List className="[&>div]:gap-x-6 [&>div]:sm:columns-2 [&>div]:lg:columns-3">
                <Command.Empty className="px-2 py-6 text-dim">No key does that.</Command.Empty>
                {SHORTCUT_GROUPS.map(({ title, shortcuts }) => (
                  <Command.Group
                    key={title}
                    heading={title}
                    className="mb-3 [&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:font-semibold [&:not([hidden])]:inline-block [&:not([hidden])]:w-full"
                  >
                    {shortcuts.map(({ action, shown, about }) => (
                      <Command.Item
                        key={action}
                        value={`${title} ${about} ${shown.join(' ')}`}
                        disabled={actions[action] === undefined}
                        onSelect={() => {
                          chosen.current = action === 'show-shortcuts' ? undefined : actions[action]
                          onClose()
                        }}
                        className="flex min-h-7 cursor-pointer items-center gap-3 rounded-md px-2 text-dim data-[disabled=true]:cursor-default data-[disabled=true]:opacity-60 data-[selected=true]:bg-picked data-[selected=true]:text-text"
                      >
                        <span className="flex w-14 shrink-0 gap-1">
                          {shown.map((key) => (
                            <Key key={key}>{key}</Key>
                          ))}
                        </span>
                        {about}
                      </Command.Item>
                    ))}
                  </Command.Group>
                ))}
              </Command.List>
              <section className="mt-2 border-t border-line px-2 pt-3">
                <h2 className="mb-2 font-semibold">Queries</h2>
                <dl className="grid gap-x-6 gap-y-1.5 sm:grid-cols-2 lg:grid-cols-3">
                  {EXAMPLES.map(([example, about]) => (
                    <div key={example}>
                      <dt className="font-mono text-[12.5px]">{example}</dt>
                      <dd className="text-xs text-dim">{about}</dd>
                    </div>
                  ))}
                </dl>
              </section>
            </div>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** Nothing is guessed: what is typed stands in what a key does, in its group or on the key itself. */
function contains(value: string, sought: string): number {
  return value.toLowerCase().includes(sought.trim().toLowerCase()) ? 1 : 0
}
