import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The text of all sources of apps and packages, without their tests. */
export function sourceText(root: string): string {
  const files = execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '-z', 'apps', 'packages'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  )
  return files
    .split('\0')
    .filter((file) => /\/src\/.*\.(ts|tsx)$/.test(file))
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .join('\n')
}

/** Metrics that a document names and no source makes: as one text, or as a prefix and what follows it. */
export function unknownMetrics(document: string, sources: string): string[] {
  const named = new Set(document.match(/\bheartwood_[a-z_]+[a-z]\b/g) ?? [])
  return [...named].filter((metric) => {
    if (sources.includes(`'${metric}'`)) return false
    const parts = metric.split('_')
    return !parts.some((_, at) => {
      const [prefix, rest] = [`${parts.slice(0, at).join('_')}_`, parts.slice(at).join('_')]
      const isPrefix = sources.includes(`'${prefix}'`) || sources.includes(`\`${prefix}$`)
      return at > 0 && isPrefix && sources.includes(`'${rest}'`)
    })
  })
}

/** What a document quotes as said by the product, and no source says; `…` stands for what differs each time. */
export function unsaidQuotes(document: string, sources: string): string[] {
  const quotes = [...document.matchAll(/"([^"\n]{8,})"/g)].map(([, quote = '']) => quote)
  return quotes.filter((quote) =>
    quote
      .split(/…|\bingest\b/)
      .map((part) => part.replace(/^[();\s]+|[();\s]+$/g, ''))
      .some((part) => part.length > 3 && !sources.includes(part)),
  )
}
