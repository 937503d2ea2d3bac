'use client'

import { Command } from 'cmdk'
import { TEST_IDS } from '../../test-ids.ts'
import { Key } from '../../ui/button.tsx'
import type { PaletteGroup } from './palette-groups.ts'

/** Everything the page can do, by typing a part of its name. */
export default function Palette(props: { groups: readonly PaletteGroup[]; onClose(): void }) {
  return (
    <Command.Dialog
      open
      onOpenChange={(open) => !open && props.onClose()}
      label="Do or open"
      loop
      overlayClassName="fixed inset-0 z-50 bg-black/30"
      contentClassName="fixed top-[12vh] left-1/2 z-50 w-[36rem] max-w-[calc(100vw-1.5rem)] -translate-x-1/2 overflow-hidden rounded-xl border border-line bg-raised shadow-pop outline-none"
    >
      <Command.Input
        data-testid={TEST_IDS.paletteInput}
        placeholder="Do or open…"
        className="h-12 w-full border-b border-line bg-transparent px-4 text-[14px] placeholder:text-faint focus:outline-none"
      />
      <Command.List data-testid={TEST_IDS.palette} className="max-h-[52vh] overflow-y-auto p-1.5">
        <Command.Empty className="px-3 py-6 text-center text-dim">Nothing of that name.</Command.Empty>
        {props.groups.map(({ title, entries }) => (
          <Command.Group
            key={title}
            heading={title}
            className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-faint"
          >
            {entries.map(({ id, name, detail, key, run }) => (
              <Command.Item
                key={id}
                value={`${title} ${name} ${id}`}
                keywords={detail === undefined ? [] : [detail]}
                onSelect={() => {
                  props.onClose()
                  run()
                }}
                className="flex h-8 cursor-pointer items-center gap-3 rounded-md px-2.5 data-[selected=true]:bg-picked"
              >
                <span className="min-w-0 shrink-0 truncate max-w-[60%]">{name}</span>
                <span className="min-w-0 flex-1 truncate font-mono text-[11.5px] text-faint">{detail}</span>
                {key !== undefined && <Key>{key}</Key>}
              </Command.Item>
            ))}
          </Command.Group>
        ))}
      </Command.List>
    </Command.Dialog>
  )
}
