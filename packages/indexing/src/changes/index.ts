export { checkedQuery } from './checked-query.ts'
export { deleteRoute } from './delete-route.ts'
export { storeError } from './store-error.ts'
