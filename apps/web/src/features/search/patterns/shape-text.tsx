import { LogText } from '../log-list/log-text.tsx'
import { partsOf } from './prepare-patterns.ts'

/** A shape as a message with gaps. */
export function ShapeText({ shape }: { shape: string }) {
  if (shape === '') return <span className="text-faint italic">no message</span>
  return partsOf(shape).map(({ text, variable }, index) =>
    variable ? (
      <span
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a shape do not change their order
        key={index}
        className="mx-px rounded-[3px] bg-accent-soft px-[3px] text-accent"
      >
        {text}
      </span>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: as above
      <LogText key={index} text={text} />
    ),
  )
}
