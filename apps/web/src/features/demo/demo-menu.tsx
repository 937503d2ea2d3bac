'use client'

import { FlaskConical } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import { TEST_IDS } from '../../test-ids.ts'
import { Button } from '../../ui/button.tsx'
import { PopoverPanel } from '../../ui/popover-panel.tsx'
import type { DemoControls } from './use-demo.ts'

/** Says quietly that there is made-up data, and on a click what can be done about it. */
export function DemoMenu({ demo }: { demo: DemoControls }) {
  const [open, setOpen] = useState(false)
  const [sure, setSure] = useState(false)
  if (demo.state === undefined || demo.state === 'off') return null
  const done = (act: () => void) => () => {
    setOpen(false)
    act()
  }
  return (
    <Popover.Root
      open={open}
      onOpenChange={(next) => {
        setOpen(next)
        setSure(false)
      }}
    >
      <Popover.Trigger
        aria-label="Demo data"
        title="Demo data"
        data-testid={TEST_IDS.demo}
        className="inline-flex h-7 min-w-7 shrink-0 items-center justify-center gap-1.5 rounded-md px-1.5 font-medium text-dim hover:bg-hover hover:text-text"
      >
        <FlaskConical size={15} aria-hidden />
        <span className="max-2xl:hidden">Demo data</span>
      </Popover.Trigger>
      <PopoverPanel label="Demo data" testId={TEST_IDS.demoMenu} className="w-80 p-3.5">
        <p className="font-semibold">A shop that does not exist</p>
        <p className="mt-1 text-dim">
          {demo.state === 'stopped'
            ? 'It writes no more. What it wrote is kept under '
            : 'It writes about 50 logs a second, so that there is something to look at, all of them under '}
          <code className="font-mono text-[12px]">environment:demo</code>. Every few minutes something goes
          wrong in it.
        </p>
        {sure ? (
          <div className="mt-3">
            <p>Delete every log of environment:demo, and the demo for good?</p>
            <div className="mt-2 flex gap-2">
              <Button look="strong" testId={TEST_IDS.demoDelete} onClick={done(demo.remove)}>
                Delete the demo
              </Button>
              <Button onClick={() => setSure(false)}>Cancel</Button>
            </div>
          </div>
        ) : (
          <div className="mt-3 flex flex-wrap gap-2">
            {demo.choice === 'hidden' ? (
              <Button onClick={done(demo.show)}>Show its logs</Button>
            ) : (
              <Button onClick={done(demo.hide)}>Hide its logs</Button>
            )}
            {demo.state !== 'stopped' && (
              <Button disabled={demo.deleting} onClick={done(demo.stop)}>
                Stop writing
              </Button>
            )}
            <Button disabled={demo.deleting} testId={TEST_IDS.demoAskDelete} onClick={() => setSure(true)}>
              {demo.deleting ? 'Deleting…' : 'Delete the demo…'}
            </Button>
          </div>
        )}
      </PopoverPanel>
    </Popover.Root>
  )
}
