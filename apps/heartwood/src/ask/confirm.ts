import { createInterface } from 'node:readline/promises'
import { CommandError } from '../command-error.ts'

/** Asks on the terminal before something goes for good. Throws where the answer is no, or nobody can be asked. */
export async function confirm(question: string, otherwise = 'Nothing was deleted.'): Promise<void> {
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) {
    throw new CommandError(`${question} There is no terminal to ask on: add --yes if you mean it.`)
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await terminal.question(`${question} [y/N] `)
    if (!/^y(es)?$/i.test(answer.trim())) throw new CommandError(otherwise)
  } finally {
    terminal.close()
  }
}
