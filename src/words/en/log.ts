/** What the log says to whoever runs Frontdesk. */
export const log = {
  fatal: 'Fatal error, shutting down',
  remindersFailed: 'Access reminders failed',
  sweepFailed: 'Deleting old data failed',
  importWorkerFailed: 'Import worker failed',
  outboxWorkerFailed: 'Outbox worker failed',
  rowNotAdded: 'A person was not added yet',
  email: {
    failed: 'Email processing failed',
    sent: 'An email was sent',
    notSent: 'An email was not sent',
    outage: 'Email is on hold until the configuration is fixed',
  },
  postmark: {
    reported: 'Postmark reported',
    notKept: 'A report from Postmark could not be saved',
  },
  crossOrigin: 'Blocked a cross-origin form',
  otherHost: 'Refused a request for another host',
  noCookie:
    'A browser came back from signing in without its cookie: it keeps none, or a proxy removes Set-Cookie',
  proxy: {
    noIp: 'The proxy sends no readable address in X-Forwarded-For: attempts to sign in are counted for everyone together',
    noScheme:
      'The proxy sends no X-Forwarded-Proto: every request is assumed to have come by https, as PUBLIC_URL says',
    wrongScheme:
      'The proxy sends X-Forwarded-Proto: http for browsers that came by https: make it send https, or pass on what it received',
  },
  setUp:
    'No clinic has been set up yet. Run `npm run setup-link` on this machine to see the link that does it',
}
