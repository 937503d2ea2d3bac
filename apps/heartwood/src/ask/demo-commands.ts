/** What `heartwood demo` can be told; here, so that the command line knows them without loading more. */
export const DEMO_COMMANDS = ['status', 'stop', 'delete'] as const
export type DemoCommand = (typeof DEMO_COMMANDS)[number]
