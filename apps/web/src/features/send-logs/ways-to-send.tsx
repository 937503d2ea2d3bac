'use client'

import type { StatusOutput } from '@heartwood/api'
import { FileUp } from 'lucide-react'
import { Tabs } from 'radix-ui'
import { useRef } from 'react'
import { TEST_IDS } from '../../test-ids.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy.tsx'
import type { Snippet } from './snippets.ts'
import { useSnippets } from './use-snippets.ts'

/** Every way to send logs to this server, one at a time, each as text to copy; and files from here. */
export function WaysToSend({ status, onFiles }: { status: StatusOutput; onFiles(files: File[]): void }) {
  const snippets = useSnippets(status)
  return (
    <>
      <Tabs.Root defaultValue="curl">
        <Tabs.List aria-label="Ways to send logs" className="flex flex-wrap gap-1">
          {snippets.map(({ id, title }) => (
            <Tabs.Trigger
              key={id}
              value={id}
              className="h-7 rounded-md px-2.5 font-medium text-dim hover:bg-hover data-[state=active]:bg-accent-soft data-[state=active]:text-accent"
            >
              {title}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        {snippets.map((snippet) => (
          <Tabs.Content key={snippet.id} value={snippet.id} className="pt-3">
            <SnippetText snippet={snippet} />
          </Tabs.Content>
        ))}
      </Tabs.Root>
      <ChooseFiles onFiles={onFiles} />
    </>
  )
}

function SnippetText({ snippet }: { snippet: Snippet }) {
  return (
    <>
      <p className="text-dim">{snippet.about}</p>
      <div className="mt-2 overflow-hidden rounded-md border border-line bg-sunken">
        {snippet.file !== undefined && (
          <p className="border-b border-line px-3 py-1 font-mono text-xs text-dim">{snippet.file}</p>
        )}
        <div className="flex items-start gap-1 py-1 pr-1 pl-3">
          <pre
            className="min-w-0 flex-1 overflow-x-auto py-1 text-[12px] leading-5"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
            tabIndex={0}
            data-testid={snippet.id === 'curl' ? TEST_IDS.curlLine : TEST_IDS.snippet}
          >
            {snippet.text}
          </pre>
          <CopyButton text={snippet.text} label={`Copy: ${snippet.title}`} />
        </div>
      </div>
    </>
  )
}

function ChooseFiles({ onFiles }: { onFiles(files: File[]): void }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <div className="mt-4 flex flex-wrap items-center gap-x-3 gap-y-1.5 border-t border-line pt-4">
      <Button onClick={() => input.current?.click()}>
        <FileUp size={14} aria-hidden /> Choose files…
      </Button>
      <span className="text-dim">or drop log files anywhere on this page.</span>
      <input
        ref={input}
        type="file"
        multiple
        className="sr-only"
        tabIndex={-1}
        aria-label="Log files to send"
        data-testid={TEST_IDS.fileInput}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])])
          // The same file again is a change again.
          event.target.value = ''
        }}
      />
    </div>
  )
}
