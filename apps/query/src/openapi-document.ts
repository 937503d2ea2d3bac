import { openApiDocument } from '@heartwood/api/openapi'
import { ERROR_CODES } from '@heartwood/runtime'
import manifest from '../package.json' with { type: 'json' }

export const VERSION: string = manifest.version

/** What GET /api/v1/openapi.json answers and docs/openapi.json holds. */
export const OPENAPI = openApiDocument({ version: VERSION, errors: ERROR_CODES })
