// Runs TypeScript as it is written. The libraries come before tsx, which would otherwise look at each of their 750
// modules: on Node 20 that costs half a second of processor time at every start.
import 'kysely'
import 'libphonenumber-js'
import 'typebox'
import 'tsx'
