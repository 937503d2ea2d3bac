export * from './encoding.ts'
export * from './inflate.ts'
