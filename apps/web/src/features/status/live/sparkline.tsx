import { pathOf, type SparkValue, sparkLines } from './prepare-sparkline.ts'
import { KEPT_MILLIS } from './readings.ts'

const WIDTH = 240
const HEIGHT = 32

/** The last minutes of a figure, drawn small; what it says in numbers stands beside it. */
export function Sparkline(props: {
  readonly values: readonly SparkValue[]
  readonly now: number
  /** What fills the height at least. */
  readonly least: number
}) {
  const lines = sparkLines(props.values, { now: props.now, millis: KEPT_MILLIS, least: props.least })
  return (
    <svg
      aria-hidden
      viewBox={`0 -1 ${WIDTH} ${HEIGHT + 2}`}
      preserveAspectRatio="none"
      className="mt-2 h-8 w-full overflow-visible text-faint"
    >
      <path d={`M0 ${HEIGHT}H${WIDTH}`} className="stroke-line" vectorEffect="non-scaling-stroke" />
      {lines.map((line) => (
        <path
          key={line[0]?.x}
          d={pathOf(line, WIDTH, HEIGHT)}
          fill="none"
          stroke="currentColor"
          strokeWidth={1.5}
          strokeLinejoin="round"
          vectorEffect="non-scaling-stroke"
        />
      ))}
    </svg>
  )
}
