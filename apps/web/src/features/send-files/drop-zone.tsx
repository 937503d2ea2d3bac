'use client'

import { FileUp } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'

/** Takes files that are dropped anywhere on the page, and shows that it would while they hang over it. */
export function DropZone({ onFiles }: { onFiles(files: File[]): void }) {
  const [over, setOver] = useState(false)
  const latest = useRef(onFiles)
  latest.current = onFiles
  useEffect(() => {
    // Entering a child comes before leaving its parent.
    let depth = 0
    const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true
    const show = (change: number) => {
      depth = Math.max(0, depth + change)
      setOver(depth > 0)
    }
    const listening = new AbortController()
    const { signal } = listening
    window.addEventListener('dragenter', (event) => holdsFiles(event) && show(1), { signal })
    window.addEventListener('dragleave', (event) => holdsFiles(event) && show(-1), { signal })
    window.addEventListener('dragover', (event) => holdsFiles(event) && event.preventDefault(), { signal })
    window.addEventListener(
      'drop',
      (event) => {
        if (!holdsFiles(event)) return
        event.preventDefault()
        show(-depth)
        latest.current([...(event.dataTransfer?.files ?? [])])
      },
      { signal },
    )
    return () => listening.abort()
  }, [])
  if (!over) return null
  return (
    <div className="pointer-events-none fixed inset-0 z-[60] grid place-items-center bg-black/40 p-4">
      <div className="flex flex-col items-center gap-2 rounded-xl border-2 border-dashed border-accent bg-panel px-10 py-8 text-center shadow-pop">
        <FileUp size={28} aria-hidden className="text-accent" />
        <p className="text-[15px] font-semibold">Drop log files to send them</p>
        <p className="text-dim">Text or gzip; you are asked before anything is sent.</p>
      </div>
    </div>
  )
}
