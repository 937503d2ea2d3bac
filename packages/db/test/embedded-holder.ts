import { startEmbeddedPostgres } from '../src/embedded/index.ts'

/** Run by embedded.test.ts as a process of its own: starts PostgreSQL, says where, and waits to be killed. */
const server = await startEmbeddedPostgres({ dir: process.argv[2] ?? '', port: 0 })
process.stdout.write(`${server.url} ${server.pid}\n`)
setInterval(() => {}, 60_000)
