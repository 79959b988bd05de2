import { AsyncLocalStorage } from 'node:async_hooks'

/** The request that is being answered; whatever it comes to, events keep its id. */
export const requestIds = new AsyncLocalStorage<string>()
