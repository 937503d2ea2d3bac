import { ROUTES, type Route } from '@heartwood/api/routes'
import { AppError } from '@heartwood/runtime'
import type { FastifyInstance } from 'fastify'

const TABLE: readonly Route[] = Object.values(ROUTES)

/** A path that is not there is answered with those that are; a wrong method with the right one. */
export function answerUnknownPaths(server: FastifyInstance): void {
  server.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? ''
    const methods = TABLE.filter((route) => isPathOf(route, path)).map(({ method }) => method)
    if (methods.length > 0) {
      reply.header('allow', methods.join(', '))
      throw new AppError(
        'method_not_allowed',
        `${path} takes ${methods.join(' or ')}, not ${request.method}.`,
        {
          details: { methods },
        },
      )
    }
    throw new AppError('unknown_path', `No such path: ${path}`, {
      details: { paths: TABLE.map((route) => `${route.method} ${route.path}`) },
    })
  })
}

function isPathOf(route: Route, path: string): boolean {
  const expected = route.path.split('/')
  const given = path.replace(/\/$/, '').split('/')
  return (
    expected.length === given.length &&
    expected.every((part, i) => (part.startsWith('{') ? given[i] !== '' : part === given[i]))
  )
}
