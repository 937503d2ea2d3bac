/** The query string as Next hands it over. */
export type PageParams = Promise<Readonly<Record<string, string | string[] | undefined>>>

/** What the window and a bookmark say of a search. */
export function searchTitle(query: string): string {
  return query === '' ? 'Heartwood' : `${query} · Heartwood`
}
