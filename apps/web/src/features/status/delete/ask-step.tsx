'use client'

import { zodResolver } from '@hookform/resolvers/zod'
import { type ComponentProps, useId, useMemo } from 'react'
import { useForm } from 'react-hook-form'
import { Button } from '../../../ui/button.tsx'
import { markSpans } from '../../search/query-bar/mark-spans.ts'
import { useTimeZone } from '../../time-zone/use-time-zone.tsx'
import { type DeleteEntry, type DeleteScope, deleteForm, queryErrors } from './delete-form.ts'
import type { DeleteControls, DeleteStep } from './use-delete.ts'

/** Asks what is to go; the next step counts it, and deletes nothing yet. */
export function AskStep(props: { step: Extract<DeleteStep, { kind: 'asking' }>; controls: DeleteControls }) {
  const { step, controls } = props
  const id = useId()
  const { zone } = useTimeZone()
  const schema = useMemo(() => deleteForm({ now: Date.now, zone }), [zone])
  const { register, handleSubmit, formState, getValues, watch } = useForm<DeleteEntry, unknown, DeleteScope>({
    resolver: zodResolver(schema),
    defaultValues: step.entry,
  })
  const { errors, isSubmitted } = formState
  const submit = handleSubmit((scope) => controls.count(scope, getValues()))
  const refused = step.refused
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="mt-1 flex flex-col gap-3.5">
      <p className="text-dim">What a query finds in a range of time. First it is counted.</p>
      <div>
        <label htmlFor={`${id}-query`} className="font-semibold">
          Query
        </label>
        <Input
          id={`${id}-query`}
          {...register('query')}
          autoFocus
          spellCheck={false}
          placeholder="service:checkout user_id:4711"
          problem={errors.query?.message}
        />
        {isSubmitted && errors.query !== undefined && <MarkedQuery query={watch('query')} />}
      </div>
      <div className="grid gap-3.5 sm:grid-cols-2">
        <div>
          <label htmlFor={`${id}-from`} className="font-semibold">
            From
          </label>
          <Input id={`${id}-from`} {...register('from')} problem={errors.from?.message} />
        </div>
        <div>
          <label htmlFor={`${id}-to`} className="font-semibold">
            To
          </label>
          <Input id={`${id}-to`} {...register('to')} problem={errors.to?.message} />
        </div>
      </div>
      <p className="text-xs text-dim">
        A time like 2026-03-01 14:30 (as the clocks of {zone} show it), an ISO time, now-2h, or beginning.
      </p>
      {refused !== undefined && (
        <p role="alert" className="text-error">
          {refused.title}: {refused.message} {refused.advice}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={controls.close}>Cancel</Button>
        <Button type="submit" look="strong" disabled={controls.isCounting}>
          {controls.isCounting ? 'Counting…' : 'Count what would go'}
        </Button>
      </div>
    </form>
  )
}

function Input({
  problem,
  id,
  ...props
}: ComponentProps<'input'> & { problem: string | undefined; id: string }) {
  return (
    <>
      <input
        id={id}
        autoComplete="off"
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-error`}
        className="mt-1 h-8 w-full rounded-md border border-line-strong bg-sunken px-2.5 font-mono text-[12.5px] placeholder:text-faint aria-invalid:border-error"
        {...props}
      />
      <p
        id={`${id}-error`}
        role={problem === undefined ? undefined : 'alert'}
        className="mt-0.5 text-xs text-error empty:hidden"
      >
        {problem}
      </p>
    </>
  )
}

/** The query with what is wrong in it underlined. */
function MarkedQuery({ query }: { query: string }) {
  const errors = queryErrors(query)
  if (errors.length === 0) return null
  return (
    <p aria-hidden className="mt-0.5 font-mono text-[12.5px] break-words whitespace-pre-wrap text-dim">
      {markSpans(query, errors).map(({ text, start, wrong }) => (
        <span key={start} className={wrong ? 'wavy' : undefined}>
          {text}
        </span>
      ))}
    </p>
  )
}
