import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { joinedRules } from '../src/rules/joined-rules.ts'
import { openLiveRules } from '../src/rules/live-rules.ts'

async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'heartwood-rules-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

const oneRule = (id: string) => `rules: [{id: ${id}, severity: info, kind: match, query: a, window: 1m}]`

test('a missing file is made with the example rules, and never overwritten', async () => {
  await using dir = await folder()
  const path = join(dir.path, 'new', 'alerts.yaml')
  using rules = await openLiveRules(path, 10_000)
  expect(rules.problems).toEqual([])
  expect(rules.current?.rules.map(({ id }) => id)).toEqual(['many-errors', 'database-timeout'])
  await writeFile(path, oneRule('mine'))
  using again = await openLiveRules(path, 10_000)
  expect(again.current?.rules.map(({ id }) => id)).toEqual(['mine'])
  expect(await readFile(path, 'utf8')).toBe(oneRule('mine'))
})

/** Writes as a careful editor does: the file is never seen empty. */
async function replace(path: string, text: string): Promise<void> {
  await writeFile(`${path}~`, text)
  await rename(`${path}~`, path)
}

test('a change is in force by itself; a mistake keeps the rules before it and is named; mending it ends that', async () => {
  await using dir = await folder()
  const path = join(dir.path, 'alerts.yaml')
  await replace(path, oneRule('first'))
  using rules = await openLiveRules(path, 5)
  let changes = 0
  rules.listen(() => changes++)
  const ids = () => rules.current?.rules.map(({ id }) => id)
  await replace(path, oneRule('second'))
  await expect.poll(ids).toEqual(['second'])
  await replace(path, oneRule('third').replace('info', 'loud'))
  await expect
    .poll(() => rules.problems)
    .toEqual(['rule third: severity: must be one of info, warning, critical'])
  expect(ids()).toEqual(['second'])
  await rm(path)
  await expect.poll(() => rules.problems.join()).toContain('cannot be read')
  expect(ids()).toEqual(['second'])
  await replace(path, oneRule('third'))
  await expect.poll(ids).toEqual(['third'])
  expect(rules.problems).toEqual([])
  expect(changes).toBeGreaterThanOrEqual(5)
})

test('a file that is wrong from the start has no rules in force, and says why', async () => {
  await using dir = await folder()
  const path = join(dir.path, 'alerts.yaml')
  await writeFile(path, 'rules: 5')
  using rules = await openLiveRules(path, 10_000)
  expect(rules.current).toBeUndefined()
  expect(rules.problems).toEqual(['rules: must be a list of rules'])
})

test('a file that is emptied and then written is never read as "no rules"', async () => {
  await using dir = await folder()
  const path = join(dir.path, 'alerts.yaml')
  await writeFile(path, oneRule('first'))
  using rules = await openLiveRules(path, 300)
  const seen: (string | undefined)[] = []
  rules.listen(() => seen.push(rules.current?.rules.map(({ id }) => id).join()))
  for (let i = 0; i < 5; i++) {
    await writeFile(path, '')
    await writeFile(path, oneRule(`next-${i}`))
    await expect.poll(() => seen.at(-1), { timeout: 5000 }).toBe(`next-${i}`)
  }
  expect(seen).not.toContain('')
})

test('the rules of a file that comes and goes are in force while it is there, beside the own ones', async () => {
  await using dir = await folder()
  const path = join(dir.path, 'demo.yaml')
  await replace(join(dir.path, 'alerts.yaml'), oneRule('mine'))
  using rules = joinedRules(
    await openLiveRules(join(dir.path, 'alerts.yaml'), 5),
    await openLiveRules(path, 5, 'none'),
  )
  const seen: string[][] = []
  const ids = () => rules.current?.rules.map(({ id }) => id) ?? []
  rules.listen(() => seen.push(ids()))
  expect(seen).toEqual([['mine']])
  await replace(path, oneRule('demo'))
  await expect.poll(() => seen.at(-1)).toEqual(['mine', 'demo'])
  await rm(path)
  await expect.poll(() => seen.at(-1)).toEqual(['mine'])
  await replace(path, oneRule('mine'))
  await replace(join(dir.path, 'alerts.yaml'), oneRule('other'))
  await expect.poll(() => seen.at(-1)).toEqual(['other', 'mine'])
  expect(rules.problems).toEqual([])
})

test('a rule of one’s own hides one of the demo with its id', async () => {
  await using dir = await folder()
  await replace(join(dir.path, 'alerts.yaml'), oneRule('same'))
  await replace(join(dir.path, 'demo.yaml'), oneRule('same'))
  using rules = joinedRules(
    await openLiveRules(join(dir.path, 'alerts.yaml'), 10_000),
    await openLiveRules(join(dir.path, 'demo.yaml'), 10_000, 'none'),
  )
  expect(rules.current?.rules).toHaveLength(1)
})
