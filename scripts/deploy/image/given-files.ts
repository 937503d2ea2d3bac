import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a build is given of the project: the files under version control that the .dockerignore beside the Dockerfile lets through. */
export function givenFiles(root: string): string[] {
  const ignored = readFileSync(join(root, 'deploy/docker/Dockerfile.dockerignore'), 'utf8')
  const rules = ignoreRules(ignored)
  const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  return tracked.split('\0').filter((path) => path !== '' && isGiven(path, rules))
}

export interface IgnoreRule {
  readonly pattern: RegExp
  readonly gives: boolean
}

/** The rules of a .dockerignore in their order (https://docs.docker.com/build/concepts/context/#dockerignore-files). */
export function ignoreRules(text: string): IgnoreRule[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({
      gives: line.startsWith('!'),
      pattern: matcher(line.replace(/^!/, '').replace(/\/$/, '')),
    }))
}

/** The last rule that matches a path, or a folder above it, decides. */
export function isGiven(path: string, rules: readonly IgnoreRule[]): boolean {
  const matching = rules.findLast(({ pattern }) => pattern.test(path))
  return matching?.gives ?? true
}

function matcher(glob: string): RegExp {
  const source = glob.replaceAll(/\*\*\/|\*\*|\*|\?|[^*?]+/g, (part) => {
    if (part === '**/') return '(?:.*/)?'
    if (part === '**') return '.*'
    if (part === '*') return '[^/]*'
    return part === '?' ? '[^/]' : part.replaceAll(/[.+^$(){}|[\]\\]/g, '\\$&')
  })
  return new RegExp(`^${source}(?:/.*)?$`)
}
