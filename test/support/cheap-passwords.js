// @ts-check
import bcrypt from 'bcrypt'

/**
 * For a server that a test starts: each hash takes a millisecond, not 250, and still says that it took as long, so that
 * nothing is hashed again. Production refuses it, and there is no setting that would do the same.
 */
if (process.env.NODE_ENV === 'production') throw new Error('In production passwords are not hashed cheaply.')

const CHEAP = 4
const { hash, compare } = bcrypt

Object.assign(bcrypt, {
  /** @param {string} text @param {number} cost */
  async hash(text, cost) {
    return (await hash(text, CHEAP)).replace(/^\$2b\$\d\d/, `$2b$${cost}`)
  },
  /** @param {string} text @param {string} hashed */
  compare: (text, hashed) => compare(text, hashed.replace(/^\$2b\$\d\d/, '$2b$04')),
})
