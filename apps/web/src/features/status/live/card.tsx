import type { ReactNode } from 'react'

const TONE = { calm: 'text-text', warning: 'text-warn', error: 'text-error' } as const

/** One figure with what belongs to it. */
export function Card(props: {
  readonly title: string
  readonly testId: string
  readonly tone?: keyof typeof TONE
  readonly value: ReactNode
  /** In smaller letters below, a line each. */
  readonly notes: readonly ReactNode[]
  readonly children?: ReactNode
}) {
  return (
    <section
      data-testid={props.testId}
      className="flex min-w-0 flex-col rounded-lg border border-line bg-panel px-3.5 pt-2.5 pb-3"
    >
      <h2 className="text-xs font-medium text-dim">{props.title}</h2>
      <p className={`mt-0.5 text-[20px] leading-7 font-semibold tabular-nums ${TONE[props.tone ?? 'calm']}`}>
        {props.value}
      </p>
      <div className="text-xs text-dim tabular-nums">
        {props.notes.map((note, line) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines are told apart by their place alone
          <p key={line}>{note}</p>
        ))}
      </div>
      <div className="mt-auto">{props.children}</div>
    </section>
  )
}
