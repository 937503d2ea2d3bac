import type { ReactNode } from 'react'

/** A link to another state of this page: it goes there without loading it, and can be opened in a tab of its own like any other. */
export function InPageLink(props: {
  readonly href: string
  readonly className: string
  readonly onGo: () => void
  readonly children: ReactNode
}) {
  return (
    <a
      href={props.href}
      className={props.className}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return
        event.preventDefault()
        props.onGo()
      }}
    >
      {props.children}
    </a>
  )
}
