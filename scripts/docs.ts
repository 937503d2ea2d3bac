import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { configurationPage } from './house/configuration-page.ts'

writeFileSync(join(import.meta.dirname, '../docs/configuration.md'), configurationPage())
