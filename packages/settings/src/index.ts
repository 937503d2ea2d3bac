export * from './mode.ts'
export * from './settings.ts'
