export interface Instruction {
  /** Of the stage it stands in; '' before the first. */
  readonly stage: string
  /** In capitals: FROM, RUN... */
  readonly name: string
  readonly text: string
}

/** The instructions of a Dockerfile in their order, with continued lines joined and comments left out. */
export function dockerfile(text: string): Instruction[] {
  const lines = text.split('\n').filter((line) => !/^\s*(#|$)/.test(line))
  const joined = lines.join('\n').replace(/\\\n\s*/g, '')
  let stage = ''
  return joined.split('\n').map((line) => {
    const [, name = '', text = ''] = /^(\w+)\s+(.*)$/.exec(line.trim()) ?? []
    if (name === 'FROM') stage = / AS (\w+)$/.exec(text)?.[1] ?? text
    return { stage, name, text }
  })
}

/** `["node", "main.ts"]` as a list. */
export function execForm(text: string): string[] {
  const parsed: unknown = JSON.parse(text)
  if (!Array.isArray(parsed) || !parsed.every((part) => typeof part === 'string'))
    throw new Error(`not a list of words: ${text}`)
  return parsed
}
