/** A part of the chart's width, over its bars. @param from,to fractions of the plot, in any order */
export function PlotSpan(props: {
  readonly margin: number
  readonly from: number
  readonly to: number
  readonly look: string
  readonly testId?: string
}) {
  const { margin, from, to } = props
  const plot = `(100% - ${2 * margin}px)`
  return (
    <div
      data-testid={props.testId}
      className={`pointer-events-none absolute top-1 bottom-5 ${props.look}`}
      style={{
        left: `calc(${margin}px + ${plot} * ${Math.min(from, to)})`,
        width: `calc(${plot} * ${Math.abs(to - from)})`,
      }}
    />
  )
}
