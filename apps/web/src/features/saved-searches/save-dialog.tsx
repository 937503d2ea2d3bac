'use client'

import { SavedSearchContent, type SavedSearchJson } from '@heartwood/api'
import { zodResolver } from '@hookform/resolvers/zod'
import { useId } from 'react'
import { type FieldError, useForm } from 'react-hook-form'
import { z } from 'zod'
import { apiErrorOf } from '../../api/api-error.ts'
import { TEST_IDS } from '../../test-ids.ts'
import { Button } from '../../ui/button.tsx'
import { DialogBox } from '../../ui/dialog-box.tsx'
import { rangeLabel } from '../search/time-range/time-range.ts'
import { useTimeZone } from '../time-zone/use-time-zone.tsx'
import { moves, type SavedView, withFixedRange } from './saved-url.ts'

const Form = SavedSearchContent.pick({ name: true, description: true }).extend({ fixed: z.boolean() })
type Form = z.input<typeof Form>

export interface SaveDialogProps {
  /** What is saved. */
  readonly view: SavedView
  /** The one whose name and description are changed, or undefined for a new one. */
  readonly editing: SavedSearchJson | undefined
  /** Rejects with what the API says. */
  onSave(content: SavedSearchContent): Promise<unknown>
  onClose(): void
}

/** Asks for the name under which a search is saved. */
export default function SaveDialog({ view, editing, onSave, onClose }: SaveDialogProps) {
  const id = useId()
  const { zone } = useTimeZone()
  const { register, handleSubmit, setError, formState } = useForm<Form, unknown, z.output<typeof Form>>({
    resolver: zodResolver(Form),
    defaultValues: { name: editing?.name ?? '', description: editing?.description ?? '', fixed: false },
  })
  const submit = handleSubmit(async ({ fixed, ...named }) => {
    try {
      await onSave({ ...(fixed ? withFixedRange(view, Date.now()) : view), ...named })
      onClose()
    } catch (error) {
      const { code, title, message } = apiErrorOf(error)
      if (code === 'conflict') setError('name', { message }, { shouldFocus: true })
      else setError('root', { message: `${title}: ${message}` })
    }
  })
  const range = rangeLabel({ from: view.from_time, to: view.to_time }, Date.now(), zone)
  return (
    <DialogBox
      title={editing === undefined ? 'Save this search' : 'Change the saved search'}
      open
      testId={TEST_IDS.saveSearch}
      className="top-[12vh] max-h-[80vh] w-[30rem]"
      onClose={onClose}
    >
      <p className="mt-2 max-h-24 overflow-y-auto rounded-md bg-sunken px-2.5 py-1.5 font-mono text-xs break-words">
        {view.query === '' ? 'everything' : view.query} <span className="text-dim">· {range}</span>
      </p>
      <form onSubmit={(event) => void submit(event)} noValidate className="mt-4 flex flex-col gap-3.5">
        <div>
          <label htmlFor={`${id}-name`} className="font-semibold">
            Name
          </label>
          <input
            id={`${id}-name`}
            {...register('name')}
            // biome-ignore lint/a11y/noAutofocus: it is what the dialog was opened for
            autoFocus
            autoComplete="off"
            aria-invalid={formState.errors.name !== undefined}
            aria-describedby={`${id}-name-error`}
            className="mt-1 h-8 w-full rounded-md border border-line-strong bg-sunken px-2.5 aria-invalid:border-error"
          />
          <Problem id={`${id}-name-error`} error={formState.errors.name} />
        </div>
        <div>
          <label htmlFor={`${id}-description`} className="font-semibold">
            Description
          </label>
          <textarea
            id={`${id}-description`}
            {...register('description')}
            rows={3}
            aria-describedby={`${id}-description-error`}
            placeholder="When it helps, and what to look for"
            className="mt-1 w-full resize-y rounded-md border border-line-strong bg-sunken px-2.5 py-1.5"
          />
          <Problem id={`${id}-description-error`} error={formState.errors.description} />
        </div>
        {moves(view) && (
          <label className="flex items-start gap-2">
            <input type="checkbox" {...register('fixed')} className="mt-0.5 accent-accent" />
            <span>
              Keep the time range as it is now{' '}
              <span className="block text-xs text-dim">
                Otherwise it moves with the time: {range.toLowerCase()}.
              </span>
            </span>
          </label>
        )}
        <Problem id={`${id}-error`} error={formState.errors.root} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="strong" disabled={formState.isSubmitting}>
            Save
          </Button>
        </div>
      </form>
    </DialogBox>
  )
}

function Problem({ id, error }: { id: string; error: Pick<FieldError, 'message'> | undefined }) {
  return (
    <p id={id} role={error === undefined ? undefined : 'alert'} className="text-xs text-error empty:hidden">
      {error?.message}
    </p>
  )
}
