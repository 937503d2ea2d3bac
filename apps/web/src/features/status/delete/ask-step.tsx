'use client'

import { translate } from '@heartwood/query-lang'
import { zodResolver } from '@hookform/resolvers/zod'
import { type ComponentProps, useId, useMemo } from 'react'
import { useForm } from 'react-hook-form'
import { Button } from '../../../ui/button.tsx'
import { useTimeZone } from '../../time-zone/use-time-zone.tsx'
import { type DeleteEntry, type DeleteScope, deleteForm, queryErrors } from './delete-form.ts'
import type { DeleteControls, DeleteStep } from './use-delete.ts'

/** Asks what is to go; the next step counts it, and deletes nothing yet. */
export function AskStep(props: { step: Extract<DeleteStep, { kind: 'asking' }>; controls: DeleteControls }) {
  const { step, controls } = props
  const id = useId()
  const { zone } = useTimeZone()
  const schema = useMemo(() => deleteForm({ now: Date.now, zone }), [zone])
  const { register, handleSubmit, formState, getValues, setValue, watch } = useForm<
    DeleteEntry,
    unknown,
    DeleteScope
  >({
    resolver: zodResolver(schema),
    defaultValues: step.entry,
  })
  const { errors, isSubmitted } = formState
  const submit = handleSubmit((scope) => controls.count(scope, getValues()))
  const refused = step.refused
  const query = watch('query')
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
        {isSubmitted && errors.query !== undefined && <MarkedQuery query={query} />}
        <OtherLanguage
          query={query}
          onTake={(text) => setValue('query', text, { shouldValidate: isSubmitted })}
        />
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

/** The query with what is wrong in it underlined; an error of no width marks the character before it: it must be seen. */
function MarkedQuery({ query }: { query: string }) {
  const [error] = queryErrors(query)
  if (error === undefined) return null
  const from = Math.max(0, Math.min(error.span.start, query.length - 1))
  const to = Math.max(error.span.end, from + 1)
  return (
    <p aria-hidden className="mt-0.5 font-mono text-[12.5px] break-words whitespace-pre-wrap text-dim">
      {query.slice(0, from)}
      <span className="wavy">{query.slice(from, to)}</span>
      {query.slice(to)}
    </p>
  )
}

/** A query of another language may find something else here than its author means. */
function OtherLanguage({ query, onTake }: { query: string; onTake(query: string): void }) {
  const translation = translate(query)
  if (translation === undefined || translation.text === '') return null
  return (
    <div role="status" className="mt-1 text-xs text-dim">
      This is {translation.dialect}. Here it is:{' '}
      <button
        type="button"
        onClick={() => onTake(translation.text)}
        className="rounded border border-line-strong bg-panel px-1.5 text-left font-mono font-medium wrap-anywhere text-accent hover:bg-hover"
      >
        {translation.text}
      </button>
      {translation.lost.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </div>
  )
}
