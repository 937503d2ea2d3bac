/** How far something is. @param share from 0 to 1 */
export function ProgressBar({
  label,
  share,
  className = '',
}: {
  readonly label: string
  readonly share: number
  readonly className?: string
}) {
  const percent = Math.min(100, Math.floor(share * 100))
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
      className={`h-1.5 overflow-hidden rounded-full bg-sunken ${className}`}
    >
      <div className="h-full rounded-full bg-accent transition-[width]" style={{ width: `${percent}%` }} />
    </div>
  )
}
