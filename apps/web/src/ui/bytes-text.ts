/** A number of bytes as a person reads it, in powers of 1,000: `12 kB`, `3.4 MB`, `120 MB`. */
export function bytesText(bytes: number): string {
  const megabytes = bytes / 1_000_000
  return megabytes < 1 ? `${Math.ceil(bytes / 1_000)} kB` : `${megabytes.toFixed(megabytes < 10 ? 1 : 0)} MB`
}
