export * from './archive.ts'
export * from './mode.ts'
export * from './secret-files.ts'
export * from './settings.ts'
