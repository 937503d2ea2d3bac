import { BAD_INPUT } from '../../apps/indexer/test/bad-input/bad-input.ts'

/** The text of docs/bad-input.md, made from the cases that the tests send; `npm run docs:write` writes it. */
export function badInputPage(): string {
  const rows = BAD_INPUT.map(({ what, outcome }) => `| ${cell(what)} | ${cell(outcome)} |`)
  return `# Bad input

Made by \`npm run docs:write\` from the cases in \`apps/indexer/test/bad-input/bad-input.ts\`, which \`apps/indexer/test/bad-input.test.ts\` sends
through the real ingest and indexer; do not edit by hand.

Nothing that is sent stops the product or harms what is sent beside it. A request is refused as a whole, with a code of docs/errors.md and
nothing stored; or it is answered 200 with true counts, and then every record counted as accepted is one event.

| what is sent | what becomes of it |
|---|---|
${rows.join('\n')}
`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
