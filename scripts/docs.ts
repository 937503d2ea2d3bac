import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { badInputPage } from './house/bad-input-page.ts'
import { configurationPage } from './house/configuration-page.ts'

writeFileSync(join(import.meta.dirname, '../docs/configuration.md'), configurationPage())
writeFileSync(join(import.meta.dirname, '../docs/bad-input.md'), badInputPage())
