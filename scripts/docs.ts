import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { badInputPage } from './house/bad-input-page.ts'
import { configurationPage } from './house/configuration-page.ts'
import { formatsPage } from './house/formats-page.ts'

const DOCS = join(import.meta.dirname, '../docs')
writeFileSync(join(DOCS, 'configuration.md'), configurationPage())
writeFileSync(join(DOCS, 'bad-input.md'), badInputPage())
writeFileSync(join(DOCS, 'formats.md'), formatsPage())
