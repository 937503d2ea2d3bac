export * from './access.ts'
export * from './local-url.ts'
export * from './session.ts'
