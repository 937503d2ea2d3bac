import { join } from 'node:path'
import { flagOf, readSettings, SETTINGS, type SettingName } from '@heartwood/settings'
import { Argument, Command, InvalidArgumentError, Option } from 'commander'
import { type Connection, findConnection } from './ask/connection.ts'
import { DEMO_COMMANDS, type DemoCommand } from './ask/demo-commands.ts'
import { CommandError } from './command-error.ts'
import { endWithReader } from './standard-output.ts'
import { APPS } from './start/apps.ts'

export interface ProgramOptions {
  readonly argv: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly projectFolder: string
  readonly migrate: (url: string) => Promise<void>
  /** Puts another program into the place of this process. */
  readonly become: (file: string, args: readonly string[], env: NodeJS.ProcessEnv) => never
}

/**
 * Parses the command line and runs the command; resolves to its exit code. Help and mistakes in the flags exit by
 * themselves. Each command is loaded when it is called: the supervisor stays small, and the others start fast.
 */
export async function program(options: ProgramOptions): Promise<number> {
  let code = 0
  const heartwood = new Command('heartwood')
    .description('Takes in logs, keeps them, and answers questions about them.')
    // So that the same flag can stand behind `dead-letters` and behind its `replay` and `dismiss`.
    .enablePositionalOptions()
    .showHelpAfterError('(heartwood --help lists what there is)')
  addStart(heartwood, options, (exit) => {
    code = exit
  })
  addRun(heartwood, options)
  addRestore(heartwood, options)
  addCold(heartwood, options)
  addAsking(heartwood, options)
  heartwood
    .command('send')
    .summary('send log files, or what is piped in')
    .description(
      'Sends files (also .gz and .zst), or standard input while it comes in. A batch is never stored twice.',
    )
    .argument('[file...]', 'files to send; none: standard input')
    .option('--service <name>', 'service of logs that name none')
    .option('--environment <name>', 'environment of logs that name none')
    .option('--hostname <name>', 'host of logs that name none')
    .option('--json', 'the outcome as JSON, with the ids of the batches')
    .option('--ingest-url <url>', 'address of the ingest port')
    .action(async (files: string[], flags) => {
      endWithReader()
      const { send } = await import('./send/send.ts')
      code = await send(await connect(options, flags), files, flags)
    })
  try {
    await heartwood.parseAsync(options.argv)
    return code
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    process.stderr.write(`${error.message}\n`)
    return 1
  }
}

function addStart(heartwood: Command, options: ProgramOptions, exit: (code: number) => void): void {
  const command = heartwood
    .command('start')
    .summary('start Heartwood')
    .description('Starts PostgreSQL and all apps, and keeps them running until Ctrl-C.')
    .option('--dev', 'compile the page while it is worked on')
    .addOption(
      new Option('--instances <number>', 'how many of each app, in a cluster')
        .argParser(wholeNumber)
        .default(1),
    )
    .addOption(
      new Option('--apps <names>', 'run only some of the apps, separated by commas')
        .argParser(appNames)
        .default(APPS, 'all'),
    )
  const names = Object.keys(SETTINGS).filter(isSetting)
  for (const name of names) command.option(`${flagOf(name)} <value>`, `${SETTINGS[name].about} (${name})`)
  command.action(async () => {
    const { start } = await import('./start/start.ts')
    const flags = command.opts()
    const given = names.flatMap((name) => {
      const value: unknown = flags[new Option(flagOf(name)).attributeName()]
      return typeof value === 'string' ? [[name, value] as const] : []
    })
    exit(
      await start({
        env: { ...options.env, ...Object.fromEntries(given) },
        projectFolder: options.projectFolder,
        apps: flags.apps,
        ofEach: flags.instances,
        dev: flags.dev === true,
        migrate: options.migrate,
      }),
    )
  })
}

function addRun(heartwood: Command, options: ProgramOptions): void {
  heartwood
    .command('run')
    .summary('run one app of a cluster, for containers and systemd')
    .description(
      'Brings the database up to date and becomes one app of a cluster. All settings come from the environment; a secret NAME also from the file that NAME_FILE names.',
    )
    .addArgument(new Argument('<app>', 'which').choices(RUNNABLE.map(({ name }) => name)))
    .action(async (name: string) => {
      const app = RUNNABLE.find((one) => one.name === name)
      if (app === undefined) return
      const { run } = await import('./run/run.ts')
      await run({ ...options, app, say: (line) => process.stderr.write(`${line}\n`) })
    })
}

/** What the words behind `heartwood restore` mean is for the program that this process becomes. */
function addRestore(heartwood: Command, options: ProgramOptions): void {
  heartwood
    .command('restore')
    .summary('bring days of the archive of a cluster back to Elasticsearch')
    .description(
      'Copies whole UTC days from the archive to Elasticsearch, where they stay for some days. Questions have the same answers all along. Interrupted, it can be run again. All settings come from the environment.',
    )
    .requiredOption('--from <day>', 'the first day: 2026-03-01')
    .option('--to <day>', 'the last day; nothing: only the first')
    .option('--days <number>', 'for so many days', '7')
    .option('--dry-run', 'only say what would be copied')
    .action((flags: { from: string; to?: string; days: string; dryRun?: boolean }) => {
      const script = join(options.projectFolder, 'apps/archiver/src/restore/main.ts')
      const to = flags.to === undefined ? [] : ['--to', flags.to]
      const dry = flags.dryRun === true ? ['--dry-run'] : []
      options.become(
        process.execPath,
        [process.execPath, script, '--from', flags.from, ...to, '--days', flags.days, ...dry],
        options.env,
      )
    })
}

function addCold(heartwood: Command, options: ProgramOptions): void {
  const cold = heartwood
    .command('cold')
    .description('Looks after old logs in the archive (HEARTWOOD_ARCHIVE).')
  cold
    .command('recover')
    .summary('make the data folder of a machine that lost it, out of its archive')
    .description(
      'Reads what the archive says of the old logs of one machine, and makes a data folder that knows them. What had not been moved to the archive is not in it. Refuses a folder that has anything in it. All settings come from the environment.',
    )
    .action(() => {
      const script = join(options.projectFolder, 'apps/archiver/src/recover/main.ts')
      options.become(process.execPath, [process.execPath, script], options.env)
    })
  cold
    .command('verify')
    .summary('check that every segment of the archive is there and as it was written')
    .description(
      'Reads every object of the archive, of a cluster or of one machine, and holds it against what the manifest says. Names what is damaged or missing, and ends with 1 then. It changes nothing, and may run beside everything else. All settings come from the environment.',
    )
    .option('--from <day>', 'the first day: 2026-03-01')
    .option('--to <day>', 'the last day')
    .option('--quick', 'only whether objects are there and how long they are, without reading them')
    .option('--json', 'one JSON object a line')
    .action((flags: { from?: string; to?: string; quick?: boolean; json?: boolean }) => {
      const script = join(options.projectFolder, 'apps/archiver/src/verify/main.ts')
      const words = [
        ...(flags.from === undefined ? [] : ['--from', flags.from]),
        ...(flags.to === undefined ? [] : ['--to', flags.to]),
        ...(flags.quick === true ? ['--quick'] : []),
        ...(flags.json === true ? ['--json'] : []),
      ]
      options.become(process.execPath, [process.execPath, script, ...words], options.env)
    })
}

/** A cluster has no demo. */
const RUNNABLE = APPS.filter(({ name }) => name !== 'demo')

function addAsking(heartwood: Command, options: ProgramOptions): void {
  heartwood
    .command('query')
    .summary('find logs, newest or oldest first')
    .description(
      "Finds logs, newest first unless asked otherwise: heartwood query 'level:error service:checkout' --since 1h",
    )
    .argument('[query...]', 'what to look for; nothing: everything')
    .option('--since <time>', 'from when: 15m, 1h, 7d, ISO 8601, beginning', '1h')
    .option('--until <time>', 'until when', 'now')
    .option('--service <names>', 'only these services, separated by commas')
    .option('--level <levels>', 'only these levels, separated by commas')
    .addOption(
      new Option('--order <order>', 'which come first').choices(['newest', 'oldest']).default('newest'),
    )
    .option('--limit <number>', 'at most so many', wholeNumber, 100)
    .option('--audit', 'the audit events instead: what Heartwood did, and who did what with it')
    .option('--total', 'only the number of logs')
    .option('--stats', 'also how much had to be looked at')
    .option('--json', 'one JSON object a line')
    .option('--url <url>', 'address of the page')
    .action(async (words: string[], flags) => {
      endWithReader()
      const { query } = await import('./ask/query.ts')
      await query(await connect(options, flags), words.join(' '), flags)
    })
  heartwood
    .command('tail')
    .summary('follow logs as they arrive')
    .argument('[query...]', 'what to look for; nothing: everything')
    .option('--service <names>', 'only these services, separated by commas')
    .option('--level <levels>', 'only these levels, separated by commas')
    .option('--audit', 'the audit events instead: what Heartwood does, and who does what with it')
    .option('--json', 'one JSON object a line')
    .option('--url <url>', 'address of the page')
    .action(async (words: string[], flags) => {
      endWithReader()
      const { tail } = await import('./ask/tail.ts')
      await tail(await connect(options, flags), words.join(' '), flags)
    })
  heartwood
    .command('delete')
    .summary('delete the logs a query finds')
    .description(
      'Deletes the logs a query finds, from all time unless a range is given. Counts and asks first.',
    )
    .argument('<query...>', 'what to delete')
    .option('--since <time>', 'only from then until now: 1h, 7d')
    .option('--from <time>', 'only from then')
    .option('--to <time>', 'only until then')
    .option('--dry-run', 'only say how many')
    .option('--yes', 'do not ask')
    .option('--json', 'the outcome as JSON')
    .option('--url <url>', 'address of the page')
    .action(async (words: string[], flags) => {
      const { deleteLogs } = await import('./ask/delete.ts')
      await deleteLogs(await connect(options, flags), words.join(' '), flags)
    })
  heartwood
    .command('demo')
    .summary('the simulated shop: how it stands, stop it, delete it')
    .description(
      'How the demo stands (status), end its writing (stop), or delete it with all its logs (delete).',
    )
    .addArgument(new Argument('[what]', 'what to do').choices(DEMO_COMMANDS).default('status'))
    .option('--yes', 'do not ask')
    .option('--json', 'the outcome as JSON')
    .option('--url <url>', 'address of the page')
    .action(async (what: DemoCommand, flags) => {
      const { demo } = await import('./ask/demo.ts')
      await demo(await connect(options, flags), what, flags)
    })
  addDeadLetters(heartwood, options)
}

function addDeadLetters(heartwood: Command, options: ProgramOptions): void {
  const command = withLetterFilter(heartwood.command('dead-letters'))
    .summary('what could not become a log, and why; replay or dismiss it')
    .description('Shows what could not become a log, and why, newest first.')
    .enablePositionalOptions()
    .option('--limit <number>', 'at most so many', wholeNumber, 100)
    .option('--json', 'one JSON object a line')
    .option('--url <url>', 'address of the page')
    .action(async (flags) => {
      endWithReader()
      const { deadLetters } = await import('./ask/dead-letters.ts')
      await deadLetters(await connect(options, flags), flags)
    })
  withLetterChoice(command.command('replay'))
    .summary('try letters again')
    .description(
      'Sends letters through the queue again, to be read by the version that runs now, and waits for the outcome. What fails again stays a letter; nothing is ever there twice.',
    )
    .option('--dry-run', 'only say how many')
    .option('--json', 'the outcome as JSON')
    .option('--url <url>', 'address of the page')
    .action(async (flags) => {
      const { replayLetters } = await import('./ask/replay.ts')
      await replayLetters(await connect(options, flags), flags)
    })
  withLetterChoice(command.command('dismiss'))
    .summary('remove letters for good')
    .description('Removes letters for good. Counts and asks first.')
    .option('--dry-run', 'only say how many')
    .option('--yes', 'do not ask')
    .option('--json', 'the outcome as JSON')
    .option('--url <url>', 'address of the page')
    .action(async (flags) => {
      const { dismissLetters } = await import('./ask/dismiss.ts')
      await dismissLetters(await connect(options, flags), flags)
    })
}

function withLetterFilter(command: Command): Command {
  return command
    .option('--door <name>', 'only those that came in this way: json, text, elasticsearch')
    .option(
      '--step <name>',
      'only those that this step refused: queue, decode, store, or one of the pipeline',
    )
    .option('--reason <text>', 'only those with this in their reason')
    .option('--batch <id>', 'only those of this batch')
    .option('--since <time>', 'only those put aside since then: 1h, 7d, ISO 8601')
    .option('--until <time>', 'only those put aside before then')
}

function withLetterChoice(command: Command): Command {
  return withLetterFilter(command.option('--id <id>', 'this letter alone')).option(
    '--all',
    'all that there are',
  )
}

async function connect(
  { env, projectFolder }: ProgramOptions,
  { url, ingestUrl }: { url?: string; ingestUrl?: string },
): Promise<Connection> {
  const read = readSettings(env)
  if (!read.ok) throw new CommandError(read.errors.join('\n'))
  return findConnection({ settings: read.settings, named: read.named, projectFolder, url, ingestUrl })
}

function isSetting(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name)
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It takes a whole number from 1.')
  return Number(text)
}

function appNames(text: string) {
  const names = text.split(',').map((name) => name.trim())
  const unknown = names.find((name) => !APPS.some((app) => app.name === name))
  if (unknown !== undefined) {
    throw new InvalidArgumentError(
      `There is no app ${unknown}; there are ${APPS.map(({ name }) => name).join(', ')}.`,
    )
  }
  return APPS.filter(({ name }) => names.includes(name))
}
