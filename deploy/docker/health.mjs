// Whether the app on a port of this container does its work: `node health.mjs PORT`, the page's port without one. Plain
// JavaScript without dependencies, since it is started every few seconds.
const { HEARTWOOD_WEB_PORT: page = '3000' } = process.env
const port = process.argv[2] ?? page
const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(4_000) }).catch(
  (error) => ({ ok: false, text: () => String(error.cause ?? error) }),
)
console.log(await answer.text())
process.exit(answer.ok ? 0 : 1)
