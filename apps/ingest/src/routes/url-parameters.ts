import type { EventDefaults } from '@heartwood/event'
import { AppError } from '@heartwood/runtime'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'

const MAX_LENGTH = 256

const Default = z
  .string('may stand only once')
  .trim()
  .max(MAX_LENGTH, `has more than ${MAX_LENGTH} characters`)
  .regex(/^\P{Cc}*$/u, 'has control characters')
  .optional()
  .transform((value) => (value === '' ? undefined : value))

const NO_DEFAULTS: EventDefaults = {}

const Parameters = z.object({ service: Default, environment: Default, hostname: Default })

/** `?service=&environment=&hostname=` of a URL; other parameters mean nothing here. Throws `invalid_parameter`. */
export function defaultsOf(request: FastifyRequest): EventDefaults {
  if (!request.url.includes('?')) return NO_DEFAULTS
  const parsed = Parameters.safeParse(request.query)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new AppError('invalid_parameter', `${String(issue?.path[0])} ${issue?.message ?? 'is not valid'}.`)
  }
  const { service, environment, hostname } = parsed.data
  return {
    ...(service !== undefined && { service }),
    ...(environment !== undefined && { environment }),
    ...(hostname !== undefined && { hostname }),
  }
}

/** One text parameter of the URL; of several the last. */
export function textParameter(request: FastifyRequest, name: string): string | undefined {
  const parsed = z
    .record(z.string(), z.union([z.string(), z.array(z.string())]).optional())
    .safeParse(request.query)
  const value = parsed.data?.[name]
  return typeof value === 'string' ? value : value?.at(-1)
}
