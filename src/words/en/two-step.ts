import { counted } from '../numbers.ts'
import { labels } from './labels.ts'
import { banner, reset, rule } from './two-step-rule.ts'

/** Signing in with a second step: setting it up, using it, and losing it. */
export const twoStep = {
  askAgain: 'Every browser will ask for a code again.',
  title: labels.twoStep,

  signIn: {
    title: 'Enter your code',
    lead: 'Open the app with codes on your phone and enter the six digits it shows.',
    code: 'Code',
    enterCode: labels.enterCode,
    button: labels.signIn,
    recovery: 'Use a recovery code',
    remember: (days: number) => `Don’t ask for a code in this browser for ${days} days`,
    rememberHint: 'Only on a device that nobody else uses.',
    noCode: 'I can’t use either of these',
    tookTooLong: 'That took longer than 10 minutes, or your account changed. Sign in again.',
    startAgain: labels.signInAgain,

    recoveryTitle: 'Enter a recovery code',
    recoveryLead: 'Each of your ten recovery codes works once, in place of the code from your app.',
    recoveryCode: 'Recovery code',
    recoveryHint: 'Capital letters, spaces and dashes don’t matter.',
    enterRecoveryCode: 'Enter a recovery code.',
    useApp: 'Use the app with codes',

    helpTitle: 'Can’t use your app or a recovery code?',
    helpText:
      'An administrator at your clinic can reset your two-step sign-in. You’ll then get an email to set up your new phone.',
    helpButton: 'Ask an administrator',
    helpAsked: 'We’ve told an administrator',
    helpNext:
      'They may call you to make sure it’s really you. If it’s urgent, call your clinic. We tell them at most once a day.',
  },

  needed: {
    title: labels.setUpTwoStep,
    rule: ({ clinicName }: { clinicName: string }) =>
      `${clinicName} now requires two-step sign-in: after your password, you enter a code from your phone.`,
    reset: 'Your two-step sign-in was reset. Set it up again to sign in.',
    sent: ({ email }: { email: string }) =>
      `We’re sending a link to ${email}. Open it to set up your phone. It works for 24 hours.`,
    sentBefore: ({ email }: { email: string }) =>
      `We sent a link to ${email} a few minutes ago. Open it to set up your phone.`,
    why: 'We send a link so that someone who only knows your password can’t set up a phone of their own.',
    closed: {
      used: {
        title: labels.linkUsed,
        text: 'Two-step sign-in has been set up. Sign in with your password and a code.',
      },
      expired: {
        title: labels.linkExpired,
        text: 'Links to set up two-step sign-in work for 24 hours. Sign in to get a new one.',
      },
      closed: {
        title: labels.linkDead,
        text: 'Your account has changed since this link was sent. Sign in to see what’s needed.',
      },
    },
    lead: ({ name, clinicName }: { name: string; clinicName: string }) =>
      `${name}, enter your password for ${clinicName} to set up your phone.`,
    button: labels.continue,
  },

  setUp: {
    title: labels.setUpApp,
    consequence:
      'You’ll scan a picture with an app on your phone. From then on, signing in takes your password and a code from the app. Your other devices will be signed out.',
    start: labels.continue,
    steps: [
      'On your phone, install an app with codes, such as Google Authenticator, Microsoft Authenticator or 1Password. Any will do.',
      'In the app, scan this picture.',
      'Enter the six digits that the app shows.',
    ],
    picture: 'QR code to scan with your app',
    byHand: 'Can’t scan it? Enter this key in the app:',
    open: 'Are you on your phone? Open the app with this link',
    label: 'What do you call this phone?',
    labelHint: 'To tell your phones apart. You can leave it empty.',
    usualLabel: 'My phone',
    code: 'Code from the app',
    enterCode: 'Enter the six digits that your app shows.',
    button: 'Turn on two-step sign-in',
    done: 'Two-step sign-in is set up. Your other devices have been signed out.',
  },

  passkeys: {
    title: 'Add a passkey',
    consequence:
      'Your device will ask for your fingerprint, face or PIN. From then on, you can sign in with the passkey alone. Your other devices will be signed out.',
    start: labels.continue,
    lead: 'Your device keeps the passkey, and asks for your fingerprint, face or PIN each time it’s used.',
    label: 'What do you call this passkey?',
    usualLabel: 'My passkey',
    make: 'Make the passkey',
    needsScript: 'This browser can’t make passkeys. Use an app with codes.',
    done: 'The passkey has been added. Your other devices have been signed out.',
    use: 'Use a passkey',
    instead: 'Use a passkey instead',
    failed: 'No passkey was used. Try again, or use your password.',
    only: 'Use your passkey. If this device doesn’t have it, use a recovery code.',
  },

  mine: {
    title: labels.twoStep,
    off: 'Off. Signing in takes only your password.',
    on: 'On. Signing in takes your password and a code.',
    needed: 'Your clinic requires it.',
    lead: 'After your password, you enter a code from an app on your phone. Someone who learns your password can’t get in with it alone.',
    setUp: labels.setUpApp,
    another: 'Set up another app',
    app: 'App with codes',
    apps: 'Your apps with codes',
    passkey: 'Passkey',
    passkeys: 'Your passkeys',
    added: 'Added',
    used: 'last used',
    never: 'not used yet',
    remove: 'Remove',
    removal: {
      heading: 'Remove an app with codes',
      passkey: 'Remove a passkey',
      consequence: 'It will stop working. Your other devices will be signed out.',
      last: 'You have no other. Two-step sign-in will be turned off, and your recovery codes will stop working.',
      button: 'Remove',
    },
    removed: 'It has been removed.',
    browsers: {
      title: 'Browsers that need no code',
      until: ({ at }: { at: string }) => `Until ${at}`,
      forget: 'Ask for a code again',
      forgotten: 'That browser will need a code from now on.',
    },
    codes: {
      title: 'Recovery codes',
      left: (left: number) => `You have ${counted(left, 'unused recovery code', 'unused recovery codes')}.`,
      few: 'Make new ones before you run out.',
      hint: 'A recovery code lets you in when you don’t have your phone.',
    },
    newCodes: {
      heading: labels.newCodes,
      consequence: 'You’ll get ten new recovery codes. The old ones will stop working.',
      button: labels.newCodes,
    },
  },

  codes: {
    title: 'Your recovery codes',
    lead: 'Print this page or write the codes down, and keep them somewhere safe, away from your phone. Each works once, if you don’t have your phone.',
    of: ({ name, clinicName, madeOn }: { name: string; clinicName: string; madeOn: string }) =>
      `${name}, ${clinicName}, ${madeOn}`,
    once: 'You won’t see these codes again. You can make new ones at any time under My details.',
    use: 'To use one, choose “Use a recovery code” after your password.',
    kept: 'I’ve saved them',
  },

  ...{ rule, banner, reset },

  verify: {
    code: 'Code from your app',
    hint: 'Or one of your recovery codes',
  },
}
