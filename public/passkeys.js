// A passkey: the form posts what the browser's own dialog answered. Without script, or in an old browser, there is no button.
const canPasskey = 'PublicKeyCredential' in window && 'parseRequestOptionsFromJSON' in PublicKeyCredential
/** @type {AbortController | undefined} */
let asking

for (const form of document.querySelectorAll('form[data-passkeys]'))
  form.toggleAttribute('hidden', !canPasskey)
for (const button of document.querySelectorAll('button[data-passkey]'))
  if (canPasskey && button instanceof HTMLButtonElement) offerPasskey(button)

/** @param {HTMLButtonElement} button */
function offerPasskey(button) {
  const { form } = button
  const answer = /** @type {HTMLInputElement} */ (form?.elements.namedItem('passkey'))
  const failed = /** @type {HTMLElement} */ (button.previousElementSibling)
  button.hidden = false
  button.addEventListener('click', (event) => {
    event.preventDefault()
    void use('optional')
  })
  if ('autofill' in button.dataset)
    void PublicKeyCredential.isConditionalMediationAvailable().then((can) => {
      if (can) void use('conditional')
    })

  async function use(/** @type {CredentialMediationRequirement} */ mediation) {
    asking?.abort()
    asking = new AbortController()
    const { signal } = asking
    failed.hidden = true
    try {
      const credential = /** @type {PublicKeyCredential | null} */ (
        await ask(button.dataset, mediation, signal)
      )
      answer.value = JSON.stringify(credential)
      form?.requestSubmit()
    } catch {
      failed.hidden = signal.aborted || mediation === 'conditional'
    }
  }
}

/**
 * @param {DOMStringMap} asked
 * @param {CredentialMediationRequirement} mediation
 * @param {AbortSignal} signal
 */
async function ask({ passkey, options }, mediation, signal) {
  const json = JSON.parse(
    options ?? (await (await fetch('/sign-in/passkey/start', { method: 'POST', signal })).text()),
  )
  if (passkey === 'create')
    return navigator.credentials.create({
      signal,
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(json),
    })
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(json)
  return navigator.credentials.get({ signal, mediation, publicKey })
}
