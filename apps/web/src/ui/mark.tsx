import { MARK_PATHS } from './mark-paths.ts'

/** The product mark in the current text colour. */
export function Mark({ size = 22, className }: { size?: number; className?: string }) {
  return (
    <svg
      viewBox="0 0 32 32"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth={size > 30 ? 1.7 : 2.2}
      strokeLinecap="round"
      aria-hidden="true"
      className={className}
    >
      {MARK_PATHS.map((path) => (
        <path key={path} d={path} />
      ))}
    </svg>
  )
}
