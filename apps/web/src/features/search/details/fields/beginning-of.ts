const MAX_CHARACTERS = 1_000
const CHARACTERS_A_LINE = 60

/**
 * As much of a text as is shown at first: the text itself where it is short, else its first lines, cut between characters.
 * @param limit characters; a limit of 1,000 is also one of 16 lines
 */
export function beginningOf(text: string, limit = MAX_CHARACTERS): string {
  const maxLines = Math.floor(limit / CHARACTERS_A_LINE)
  const lines = text.slice(0, limit + 1).split('\n')
  if (text.length <= limit && lines.length <= maxLines) return text
  const cut = lines.slice(0, maxLines).join('\n').slice(0, limit)
  return `${cut.replace(/[\ud800-\udbff]$/, '')}…`
}
