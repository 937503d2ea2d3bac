// Makes the secrets that deploy/compose.yaml mounts: `node deploy/secrets.mjs`, once. Only their owner can look into the folder
// deploy/secrets; the files in it can be read by all, since an app in a container is another user. Plain JavaScript without
// dependencies, for the machine with Docker.
import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.argv[2] ?? join(import.meta.dirname, 'secrets')
const secret = () => randomBytes(32).toString('hex')
const [elasticsearch, postgres, s3] = [secret(), secret(), secret()]

const files = {
  access_token: secret(),
  internal_token: secret(),
  database_url: `postgresql://heartwood:${postgres}@postgres:5432/heartwood`,
  postgres_password: postgres,
  elasticsearch_password: elasticsearch,
  'elasticsearch.env': `ELASTIC_PASSWORD=${elasticsearch}`,
  // As Amazon's own tools have it.
  s3_credentials: `[default]\naws_access_key_id = heartwood\naws_secret_access_key = ${s3}`,
  's3.env': `ROOT_ACCESS_KEY=heartwood\nROOT_SECRET_KEY=${s3}`,
}

try {
  mkdirSync(folder, { mode: 0o700 })
} catch (error) {
  if (error.code !== 'EEXIST') throw error
  console.error(
    `${folder} is there already; the volumes know only those secrets, so they are left as they are.`,
  )
  process.exit(1)
}
for (const [name, text] of Object.entries(files))
  writeFileSync(join(folder, name), `${text}\n`, { mode: 0o644 })
console.log(
  `${Object.keys(files).length} secrets are in ${folder}; the page asks for the one in ${join(folder, 'access_token')}.`,
)
