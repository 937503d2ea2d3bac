import { type ReactNode, useId } from 'react'

/** A part of the page under its heading. */
export function Section(props: {
  readonly title: string
  readonly about?: ReactNode
  readonly aside?: ReactNode
  readonly children: ReactNode
}) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="mt-6">
      <div className="mb-1.5 flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h2 id={id} className="text-[14.5px] font-semibold">
          {props.title}
        </h2>
        {props.aside}
      </div>
      {props.about !== undefined && <p className="mb-2 max-w-3xl text-dim">{props.about}</p>}
      {props.children}
    </section>
  )
}
