/** Where the reader came from, if that was the search; else the search as it begins. */
export function backHref(referrer: string, origin: string): string {
  if (!URL.canParse(referrer)) return '/'
  const from = new URL(referrer)
  return from.origin === origin && from.pathname === '/' ? `/${from.search}` : '/'
}
