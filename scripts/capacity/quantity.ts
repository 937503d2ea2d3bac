/** Powers of ten, as disks and S3 are sold; GiB and TiB are not taken, so that nobody means the one and gets the other. */
const UNITS: Readonly<Record<string, number>> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, PB: 1e15 }

/** `10TB`, `1.5 GB`, `400B`: bytes; undefined for anything else, a number without a unit too. */
export function bytesOf(text: string): number | undefined {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([KMGTP]?B)$/i.exec(text.trim()) ?? []
  const factor = UNITS[unit.toUpperCase()]
  return factor === undefined ? undefined : Number(number) * factor
}

/** With the largest unit that leaves a number from 1, three digits: `12.5 TB`. */
export function bytesText(bytes: number): string {
  const [unit = 'B', factor = 1] =
    Object.entries(UNITS)
      .filter(([, size]) => bytes >= size)
      .at(-1) ?? []
  return `${countText(bytes / factor)} ${unit}`
}

/** Three digits where it is small, whole and grouped where it is not: `0.25`, `12.5`, `115,741`. */
export function countText(count: number): string {
  const digits = count >= 100 || Number.isInteger(count) ? 0 : count >= 10 ? 1 : 2
  return count.toLocaleString('en-US', { maximumFractionDigits: digits })
}

/** `0 min`, `45 min`, `12 h 5 min`. */
export function minutesText(minutes: number): string {
  const whole = Math.round(minutes)
  if (whole < 60) return `${whole} min`
  return whole % 60 === 0 ? `${whole / 60} h` : `${Math.floor(whole / 60)} h ${whole % 60} min`
}
