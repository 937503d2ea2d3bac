import { readFileSync, writeFileSync } from 'node:fs'

/**
 * Puts the figures of an experiment into the page between its two marks; the other experiments' figures and what people
 * wrote around them stay. Throws where the page has no place for them.
 */
export function writeFigures(path: string, experiment: string, figures: string): void {
  const page = readFileSync(path, 'utf8')
  const [begin, end] = marksOf(experiment)
  const [before, rest] = [page.indexOf(begin), page.indexOf(end)]
  if (before < 0 || rest < before)
    throw new Error(`${path} has lost the marks around the figures of ${experiment}`)
  writeFileSync(path, `${page.slice(0, before)}${begin}\n\n${figures}\n\n${page.slice(rest)}`)
}

/** The lines before and after the figures of an experiment. */
export function marksOf(experiment: string): readonly [begin: string, end: string] {
  return [
    `<!-- ${experiment}: written by npm run bench -- --write -->`,
    `<!-- end of the figures of ${experiment} -->`,
  ]
}
