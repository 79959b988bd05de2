// @ts-check
// tap follows each promise, to know of which test an error is that nobody caught; that takes a quarter of the run. Without,
// such an error ends the file's process, and with it the run.
import asyncHooks from 'node:async_hooks'
import { syncBuiltinESMExports } from 'node:module'

const { createHook } = asyncHooks
const followsNothing = createHook({})
asyncHooks.createHook = (callbacks) => (callbacks.destroy ? followsNothing : createHook(callbacks))
syncBuiltinESMExports()
