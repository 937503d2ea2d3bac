export const DAY_MILLIS = 86_400_000

/** The UTC day so many days ago: `2026-11-20`. */
export function dayAgo(days: number): string {
  return new Date(Date.now() - days * DAY_MILLIS).toISOString().slice(0, 10)
}

/** How many days ago a UTC day was. */
export function daysSince(day: string): number {
  return (Date.parse(dayAgo(0)) - Date.parse(day)) / DAY_MILLIS
}
