/**
 * Characters that move the cursor, change the terminal or turn the reading direction: C0 (but not tab), DEL, C1, the
 * bidirectional controls, line and paragraph separators, and lone surrogates.
 */
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]|\p{Cs}/gu

const NAMES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\u001b': '\\e' }

/**
 * Text from a log as it may be shown on a terminal: on one line, every character that could do something is shown by its
 * number instead (`\x07`, `\u202e`; line breaks as `\n`), so that nothing somebody logged can drive the terminal.
 */
export function terminalText(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0
    const name = NAMES[character]
    if (name !== undefined) return name
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`
  })
}
