import { describe, expect, test } from 'vitest'
import { conditionText, durationText, EXAMPLE_RULES, parseRulesFile } from '../src/index.ts'
import { errorsOf } from './a-rule.ts'

const rule = (lines: string): string =>
  `rules:\n  - id: r\n    severity: info\n    query: a\n    kind: match\n    window: 1m\n${lines}`

test('the example file holds the two rules every new data folder starts with', () => {
  const result = parseRulesFile(EXAMPLE_RULES)
  if (!result.ok) throw new Error(result.errors.join('\n'))
  expect(result.file.receivers).toEqual([])
  expect(result.file.rules).toMatchObject([
    {
      id: 'many-errors',
      severity: 'critical',
      kind: 'threshold',
      query: 'level>=error',
      moreThan: 1000,
      window: 300_000,
    },
    {
      id: 'database-timeout',
      severity: 'warning',
      kind: 'match',
      query: '"database connection timeout"',
      moreThan: 0,
      window: 60_000,
    },
  ])
  expect(result.file.rules.map(conditionText)).toEqual(['more than 1,000 events in 5m', 'any event in 1m'])
})

test('every commented line of the example file is a field that exists', () => {
  const all = EXAMPLE_RULES.replaceAll(
    /^( *)# ((?:receivers|every|for|repeat|cooldown|group_by|notify):| {2}ops:| {4}(?:webhook|headers):)/gm,
    '$1$2',
  )
  const result = parseRulesFile(all)
  if (!result.ok) throw new Error(result.errors.join('\n'))
  expect(result.file.receivers).toMatchObject([{ name: 'ops', headers: { Authorization: 'Bearer secret' } }])
  expect(result.file.rules[0]).toMatchObject({
    for: 120_000,
    cooldown: 600_000,
    groupBy: 'service',
    notify: ['log', 'ops'],
  })
})

test('an empty file has no rules', () => {
  for (const text of ['', '# nothing', 'rules:', 'rules: []'])
    expect(parseRulesFile(text)).toEqual({ ok: true, file: { rules: [], receivers: [] } })
})

describe('a mistake is a sentence that names rule and field', () => {
  const cases: [string, RegExp][] = [
    ['rules:\n  - id: x\n   bad', /^not valid YAML: .* at line/],
    ['rules: 5', /^rules: must be a list of rules$/],
    ['rule: []', /^rule: there is no such field$/],
    [rule('    every: 2m'), /^rule r: every: must not be longer than the window \(1m\)/],
    [rule('    every: soon'), /^rule r: every: must be a length of time such as 30s, 5m or 1h$/],
    [rule('    for: 5'), /^rule r: for: must be a length of time/],
    [rule('    more_than: 5'), /^rule r: more_than: there is no such field$/],
    [rule('    notify: [ops]'), /^rule r: notify: there is no receiver ops$/],
    [rule('').replace('kind: match', 'kind: threshold'), /^rule r: more_than: is missing$/],
    [rule('').replace('kind: match', 'kind: other'), /^rule r: kind: must be threshold or match$/],
    [
      rule('').replace('severity: info', 'severity: bad'),
      /^rule r: severity: must be one of info, warning, critical$/,
    ],
    [rule('').replace('    severity: info\n', ''), /^rule r: severity: is missing$/],
    [rule('').replace('query: a', 'query: "a AND ("'), /^rule r: query: is not a valid query: ./],
    [rule('').replace('id: r', 'id: A b'), /^rule A b: id: must be lower case/],
    [rule('').replace('  - id: r\n    severity', '  - severity'), /^rule 1: id: is missing$/],
    ['receivers:\n  ops:\n    webhook: ftp://x', /^receiver ops: webhook: must be an http or https address$/],
    ['receivers:\n  log:\n    webhook: http://x', /^receiver log: this name is taken/],
  ]
  test.each(cases.map(([text, expected]) => [expected.source, text, expected] as const))(
    '%s',
    (_, text, expected) => {
      expect(errorsOf(text)).toEqual([expect.stringMatching(expected)])
    },
  )

  test('all mistakes come at once', () => {
    const two = `${rule('')}\n  - id: r\n    severity: info\n    query: b\n    kind: match\n    window: 1x\n  - 7`
    expect(errorsOf(two).length).toBe(2)
    expect(errorsOf(`${rule('')}${rule('').replace('rules:\n', '')}`)).toEqual([
      'rule r: id: two rules have it',
    ])
  })
})

test('lengths of time are written in the largest whole unit', () => {
  expect([0, 1500, 30_000, 90_000, 300_000, 7_200_000, 86_400_000].map(durationText)).toEqual([
    '0s',
    '1500ms',
    '30s',
    '90s',
    '5m',
    '2h',
    '1d',
  ])
})
