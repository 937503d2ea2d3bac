'use client'

import { type FormEvent, useId, useState } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import { Button } from '../../../ui/button.tsx'
import { countText } from '../live/prepare-cards.ts'
import { confirms } from './delete-form.ts'
import { ScopeLines } from './scope-lines.tsx'
import type { DeleteControls, DeleteStep } from './use-delete.ts'

/** Shows what would go, and wants its number, or the word, written out before it does. */
export function ConfirmStep(props: {
  step: Extract<DeleteStep, { kind: 'counted' }>
  controls: DeleteControls
}) {
  const { counted, entry } = props.step
  const { controls } = props
  const { matched } = counted
  const id = useId()
  const [typed, setTyped] = useState('')
  const isConfirmed = matched > 0 && confirms(typed, matched)
  function submit(event: FormEvent) {
    event.preventDefault()
    if (isConfirmed) controls.confirm(counted, entry)
  }
  return (
    <form onSubmit={submit} noValidate className="mt-2">
      <p data-testid={TEST_IDS.deleteCount} role="status" className="text-[20px] font-semibold tabular-nums">
        {matched === 0 ? 'Nothing matches' : `${countText(matched)} ${matched === 1 ? 'log' : 'logs'}`}
      </p>
      <ScopeLines counted={counted} />
      {matched > 0 && (
        <>
          <p className="mt-3 text-dim">
            They go for good: <strong className="text-text">this cannot be undone</strong>. What was accepted
            before and is not searchable yet goes with them, so a few more may be deleted than were counted.
            Alert rules and charts will not see them any more.
          </p>
          <label htmlFor={id} className="mt-3 block font-semibold">
            Type {countText(matched)} or the word delete
          </label>
          <input
            id={id}
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
            // biome-ignore lint/a11y/noAutofocus: it is what this step asks for
            autoFocus
            autoComplete="off"
            spellCheck={false}
            className="mt-1 h-8 w-full rounded-md border border-line-strong bg-sunken px-2.5 font-mono text-[12.5px]"
          />
        </>
      )}
      <div className="mt-4 flex justify-end gap-2">
        <Button autoFocus={matched === 0} onClick={() => controls.back(entry)}>
          Back
        </Button>
        {matched > 0 && (
          <Button type="submit" look="strong" disabled={!isConfirmed}>
            Delete {countText(matched)} {matched === 1 ? 'log' : 'logs'}
          </Button>
        )}
      </div>
    </form>
  )
}
