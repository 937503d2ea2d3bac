import type { Fix, Span } from './ast.ts'

/** The text with a fix made. */
export function applied(text: string, { edits }: Fix): string {
  const later = [...edits].sort((a, b) => b.start - a.start || b.end - a.end)
  return later.reduce((rest, { start, end, insert }) => rest.slice(0, start) + insert + rest.slice(end), text)
}

/** Takes out what stands at a place, and the space it leaves. */
export function removal(text: string, { start, end }: Span, title: string): Fix {
  const isAlone = /^\s?$/.test(text.slice(start - 1, start)) && /^\s/.test(text.slice(end))
  return { title, edits: [{ start, end: isAlone ? end + 1 : end, insert: '' }] }
}

export function replacement({ start, end }: Span, insert: string, title = `Write \`${insert}\``): Fix {
  return { title, edits: [{ start, end, insert }] }
}

export function insertion(at: number, insert: string, title: string): Fix {
  return { title, edits: [{ start: at, end: at, insert }] }
}
