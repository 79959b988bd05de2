import { AsyncLocalStorage } from 'node:async_hooks'

/** The current request's id, for events. */
export const requestIds = new AsyncLocalStorage<string>()
