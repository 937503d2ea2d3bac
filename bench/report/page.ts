import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const BEGIN = '<!-- figures: written by npm run bench -- --write -->'
const END = '<!-- end of the figures -->'

/** Puts the figures into the page between its two marks; what people wrote around them stays. */
export function writeFigures(path: string, figures: string): void {
  const page = existsSync(path) ? readFileSync(path, 'utf8') : `# Benchmarks\n\n${BEGIN}\n${END}\n`
  const [before, rest] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (before < 0 || rest < before) throw new Error(`${path} has lost the marks around its figures`)
  writeFileSync(path, `${page.slice(0, before)}${BEGIN}\n\n${figures}\n\n${page.slice(rest)}`)
}
