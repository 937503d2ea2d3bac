/** A block is laid out by itself, and only while it is in view. */
const BLOCK_LENGTH = 8_000

/**
 * Text as blocks that each end with a line where there is one, so that a browser lays a megabyte out a screen at a time.
 * Joined, they are the text.
 */
export function textBlocks(text: string): string[] {
  const blocks: string[] = []
  for (let at = 0; at < text.length; ) {
    const end = blockEnd(text, at)
    blocks.push(text.slice(at, end))
    at = end
  }
  return blocks
}

function blockEnd(text: string, start: number): number {
  const most = start + BLOCK_LENGTH
  if (most >= text.length) return text.length
  const line = text.lastIndexOf('\n', most - 1)
  if (line > start) return line + 1
  // Not within a character.
  const code = text.charCodeAt(most - 1)
  return code >= 0xd800 && code <= 0xdbff ? most - 1 : most
}
