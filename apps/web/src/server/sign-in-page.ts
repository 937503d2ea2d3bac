import { MARK_PATHS } from '../ui/mark-paths.ts'

/** The sign-in form as one file of HTML: no script, nothing to load, so it needs no session to be shown. */
export function signInPage(options: { next: string; error?: string }): string {
  const action = `/sign-in?next=${encodeURIComponent(options.next)}`
  const mark = `<svg viewBox="0 0 32 32" width="40" height="40" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true">${MARK_PATHS.map((d) => `<path d="${d}"/>`).join('')}</svg>`
  const error =
    options.error === undefined
      ? ''
      : `<p id="error" class="error" role="alert">${escapeHtml(options.error)}</p>`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in · Heartwood</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${mark} Heartwood</h1>
<form method="post" action="${escapeHtml(action)}">
<label for="token">Access token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus spellcheck="false"${options.error === undefined ? '' : ' aria-invalid="true" aria-describedby="error"'}>
${error}
<button type="submit">Sign in</button>
<p class="hint">It is the value of <code>HEARTWOOD_ACCESS_TOKEN</code> that this server was started with.</p>
</form>
</main>
</body>
</html>
`
}

const STYLE = `
:root { color-scheme: light dark; --bg: #f4f6f4; --panel: #fff; --line: #ccd4ce; --text: #18201c; --dim: #4d5a53; --accent: #1f6b4f; --on-accent: #fff; --error: #a8231c }
@media (prefers-color-scheme: dark) { :root { --bg: #0f1412; --panel: #161d1a; --line: #35413b; --text: #e3e9e5; --dim: #a6b2ab; --accent: #6cc39c; --on-accent: #0c1f17; --error: #ff8a80 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--bg); color: var(--text); font: 14px/1.5 system-ui, sans-serif }
main { width: min(22rem, calc(100vw - 2rem)) }
h1 { display: flex; align-items: center; gap: .6rem; margin: 0 0 1.25rem; font-size: 1.35rem; font-weight: 600; letter-spacing: -.01em }
h1 svg { color: var(--accent) }
form { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; padding: 1.25rem }
label { display: block; font-weight: 600; margin-bottom: .35rem }
input { width: 100%; padding: .55rem .65rem; font: 14px ui-monospace, monospace; color: inherit; background: var(--bg); border: 1px solid var(--line); border-radius: 6px }
button { width: 100%; margin-top: .9rem; padding: .55rem; font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent); border: 0; border-radius: 6px; cursor: pointer }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
.error { margin: .5rem 0 0; color: var(--error) }
.hint { margin: .9rem 0 0; color: var(--dim); font-size: .85rem }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere }
`

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
