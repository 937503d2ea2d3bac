import type { TailMark } from './tail-item.ts'

const WIDER_MILLIS = 2_000

/** What a mark says. */
export function markText(mark: TailMark): string {
  switch (mark.kind) {
    case 'lost':
      return `Connection lost for ${duration(mark.to - mark.from)}: ${mark.searched ? 'searched again, the lines of that time are in the list' : 'lines may be missing here'}`
    case 'unkept':
      return `${mark.lines.toLocaleString('en')} ${mark.lines === 1 ? 'line' : 'lines'} that came while paused ${mark.lines === 1 ? 'is' : 'are'} not kept here`
  }
}

/** The times to search for what was missed, epoch milliseconds: a little more, as lines do not come in order. */
export function missedRange({ from, to }: TailMark): { from: number; to: number } {
  return { from: from - WIDER_MILLIS, to: to + WIDER_MILLIS }
}

export function duration(millis: number): string {
  const seconds = Math.max(1, Math.round(millis / 1_000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** Lines a second, short: `0.4`, `12`, `5,012`. */
export function rateText(perSecond: number): string {
  if (perSecond === 0 || perSecond >= 10) return Math.round(perSecond).toLocaleString('en')
  return perSecond < 0.1 ? '<0.1' : perSecond.toFixed(1)
}
