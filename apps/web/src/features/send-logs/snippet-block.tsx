import { TEST_IDS } from '../../test-ids.ts'
import { CopyButton } from '../../ui/copy.tsx'
import type { Snippet } from './snippets.ts'

/** One way to send logs, with its text to copy. */
export function SnippetBlock({ snippet }: { snippet: Snippet }) {
  return (
    <section className="py-3 first:pt-0 last:pb-0">
      <h3 className="font-semibold">{snippet.title}</h3>
      <p className="text-dim">{snippet.about}</p>
      <div className="mt-1.5 flex items-start gap-1 rounded-md border border-line bg-sunken py-1 pr-1 pl-3">
        <pre
          className="min-w-0 flex-1 overflow-x-auto py-1 text-[12px] leading-5"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
          tabIndex={0}
          data-testid={snippet.id === 'curl' ? TEST_IDS.curlLine : undefined}
        >
          {snippet.text}
        </pre>
        <CopyButton text={snippet.text} label={`Copy: ${snippet.title}`} />
      </div>
    </section>
  )
}
