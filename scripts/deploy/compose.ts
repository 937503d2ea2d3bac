import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'

const Named = z.record(z.string(), z.unknown())
const Service = z.object({
  image: z.string(),
  build: z.object({ context: z.string(), dockerfile: z.string() }).optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  env_file: z.string().optional(),
  secrets: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  networks: z.array(z.string()),
  ports: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.literal('service_healthy') })).default({}),
  healthcheck: z.object({ test: z.array(z.string()), interval: z.string(), start_period: z.string() }),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  restart: z.literal('unless-stopped'),
  deploy: z.object({ resources: z.object({ limits: z.object({ cpus: z.string(), memory: z.string() }) }) }),
})
export type Service = z.infer<typeof Service>

const Compose = z.object({
  services: z.record(z.string(), Service),
  networks: Named,
  volumes: Named,
  secrets: z.record(z.string(), z.object({ file: z.string() })),
})

/** deploy/compose.yaml with its anchors resolved, as strict as we want it: each service has a health check and limits. */
export function readCompose(path: string): z.infer<typeof Compose> {
  return Compose.parse(parse(readFileSync(path, 'utf8'), { merge: true }))
}
