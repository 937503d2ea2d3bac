import { flagOf, SETTINGS, type SettingName, type SettingSpec } from '@heartwood/settings'

/** The text of docs/configuration.md, made from the settings; `npm run docs:write` writes it. */
export function configurationPage(): string {
  const rows = (Object.keys(SETTINGS) as SettingName[]).map((name) => {
    const spec: SettingSpec = SETTINGS[name]
    const standard: unknown = spec.schema.safeParse(undefined).data
    const shown = spec.fallback ?? (standard === undefined || standard === '' ? 'not set' : String(standard))
    return `| \`${name}\` | \`${flagOf(name)}\` | ${spec.about}${spec.secret ? ' A secret: set it in the environment, not on the command line.' : ''} | ${shown} | \`${spec.example}\` |`
  })
  return `# Configuration

Made from packages/settings by \`npm run docs:write\`; do not edit by hand. Each setting is an environment variable and a flag of
\`npm start -- --flag value\`. A flag wins over the variable. An empty variable counts as not set.
A secret may lie in a file instead: \`KAFKA_PASSWORD_FILE=/run/secrets/kafka\` sets \`KAFKA_PASSWORD\` to what that file holds.

| variable | flag | meaning | default | example |
|---|---|---|---|---|
${rows.join('\n')}
`
}
