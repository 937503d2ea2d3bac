import { writeFile } from 'node:fs/promises'
import { OPENAPI } from './openapi-document.ts'

/** Writes docs/openapi.json: `node apps/query/src/write-openapi.ts` after a change of the route table or a schema. */
await writeFile(
  new URL('../../../docs/openapi.json', import.meta.url),
  `${JSON.stringify(OPENAPI, null, 2)}\n`,
)
