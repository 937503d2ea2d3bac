import type { SearchProgress } from '@heartwood/api'

/** What is read of how much: `12 of 80 files, 1.2 M events`. */
export function progressText({ read, of }: SearchProgress): string {
  return `${grouped(read.segments)} of ${grouped(of.segments)} ${of.segments === 1 ? 'file' : 'files'}, ${short(read.rows)} ${read.rows === 1 ? 'event' : 'events'}`
}

function grouped(count: number): string {
  return count.toLocaleString('en')
}

/** A large number in three digits or so. */
function short(count: number): string {
  if (count < 10_000) return grouped(count)
  if (count < 1_000_000) return `${Math.floor(count / 1_000)} K`
  return count < 1_000_000_000
    ? `${(Math.floor(count / 100_000) / 10).toFixed(1)} M`
    : `${(Math.floor(count / 100_000_000) / 10).toFixed(1)} G`
}
