/** A text as PostgreSQL can keep it: it has no NUL and no half surrogate pairs, and logs have everything. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD')
}
