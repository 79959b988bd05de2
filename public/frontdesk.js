const BUSY_AT_MOST_MS = 15_000

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Field */

for (const button of elements('[data-show]', HTMLButtonElement)) {
  const field = /** @type {HTMLInputElement} */ (document.getElementById(button.dataset.show ?? ''))
  const words = /** @type {Text} */ (button.firstChild)
  const label = words.data
  const show = (/** @type {boolean} */ shown) => {
    field.type = shown ? 'text' : 'password'
    words.data = (shown && button.dataset.hide) || label
  }
  button.hidden = false
  button.addEventListener('click', () => show(field.type === 'password'))
  field.form?.addEventListener('submit', () => show(false))
}

elements('[data-focus]', HTMLElement)[0]?.focus()

/** @type {Map<EventTarget | null, HTMLElement | null>} */
const busy = new Map()

document.addEventListener('submit', (event) => {
  const { target: form, submitter } = event
  if (busy.has(form)) return event.preventDefault()
  busy.set(form, submitter)
  // Not disabled: that would take the focus away, and the button's own name and value.
  submitter?.setAttribute('aria-disabled', 'true')
  setTimeout(release, BUSY_AT_MOST_MS, form)
})

// A page that comes back by the Back button comes as it was left.
addEventListener('pageshow', () => {
  for (const form of busy.keys()) release(form)
})

/** @param {EventTarget | null} form */
function release(form) {
  busy.get(form)?.removeAttribute('aria-disabled')
  busy.delete(form)
}

// A list that follows what is typed into its search. Focus stays in the field; Back leads to the list before.
const LIVE_PAUSE_MS = 250

for (const form of elements('form[data-live]', HTMLFormElement)) {
  let pause = 0
  /** @type {AbortController | undefined} */
  let asked
  let isTyping = false

  const question = () => {
    const fields = [...new FormData(form)]
      .map(([name, value]) => [name, `${value}`])
      .filter(([, value]) => value)
    return form.action + (fields.length > 0 ? `?${new URLSearchParams(fields)}` : '')
  }
  const show = async (/** @type {string} */ url, isBack = false) => {
    asked?.abort()
    asked = new AbortController()
    const page = await pageAt(url, asked.signal)
    if (!page) return
    for (const id of form.dataset.live?.split(' ') ?? []) {
      const part = document.getElementById(id)
      const news = page.getElementById(id)
      if (part && news && part.innerHTML !== news.innerHTML) part.innerHTML = news.innerHTML
    }
    if (!isBack) return
    for (const field of fieldsOf(form)) {
      const before = /** @type {Field | null} */ (page.getElementById(field.id))
      if (field.name && before) field.value = before.value
    }
  }
  const follow = () => {
    const url = question()
    if (url === location.href) return
    // One step back for a whole word, not for each of its letters.
    history[isTyping ? 'replaceState' : 'pushState'](null, '', url)
    isTyping = true
    void show(url)
  }

  form.addEventListener('input', (event) => {
    if (event instanceof InputEvent && event.isComposing) return
    clearTimeout(pause)
    pause = setTimeout(follow, LIVE_PAUSE_MS)
  })
  form.addEventListener('focusout', () => {
    isTyping = false
  })
  form.addEventListener('submit', () => clearTimeout(pause))
  addEventListener('popstate', () => {
    isTyping = false
    void show(location.href, true)
  })
}

/**
 * Null when a later question overtook it, or when the session has ended, which then shows itself.
 *
 * @param {string} url
 * @param {AbortSignal} signal
 */
async function pageAt(url, signal) {
  try {
    const answer = await fetch(url, { signal })
    if (!answer.redirected && answer.ok)
      return new DOMParser().parseFromString(await answer.text(), 'text/html')
  } catch {
    if (signal.aborted) return null
  }
  location.assign(url)
  return null
}

// A minute before the session ends for want of use, one press keeps it. Every tab counts as use of all of them.
const idle = elements('#idle', HTMLDialogElement)[0]

if (idle) {
  const WARNING_SECONDS = 60
  const LOOK_EVERY_MS = 1_000
  const inUse = () => localStorage.setItem('lastUsed', `${Date.now()}`)
  inUse()
  idle.addEventListener('close', async () => {
    if (idle.dataset.ended) return
    inUse()
    const answer = await fetch('/still-here').catch(() => null)
    if (answer?.redirected) location.reload()
  })
  setInterval(() => {
    const unused = (Date.now() - Number(localStorage.getItem('lastUsed'))) / 1_000
    const secondsLeft = Number(idle.dataset.seconds) - unused
    if (idle.dataset.ended) return
    if (secondsLeft <= 0) endOfUse(idle)
    else if (secondsLeft > WARNING_SECONDS) idle.close()
    else if (!idle.open) idle.showModal()
  }, LOOK_EVERY_MS)
}

/**
 * What is on the screen is not for whoever comes by; what was typed is carried through sign-in by the form's button.
 *
 * @param {HTMLDialogElement} idle
 */
function endOfUse(idle) {
  const forms = elements('form[method=post]', HTMLFormElement)
  if (!forms.flatMap(fieldsOf).some(isChanged)) return location.reload()
  idle.dataset.ended = 'yes'
  for (const part of idle.children) part.toggleAttribute('hidden')
  if (!idle.open) idle.showModal()
}

/** @param {Field} field */
function isChanged(field) {
  if (field instanceof HTMLSelectElement)
    return [...field.options].some((option) => option.selected !== option.defaultSelected)
  if (field.type === 'radio' || field.type === 'checkbox')
    return field instanceof HTMLInputElement && field.checked !== field.defaultChecked
  return field.value !== field.defaultValue
}

/** @param {HTMLFormElement} form */
function fieldsOf(form) {
  return /** @type {Field[]} */ ([...form.querySelectorAll('input, select, textarea')])
}

/**
 * @template {Element} E
 * @param {string} selector
 * @param {new () => E} kind
 */
function elements(selector, kind) {
  return [...document.querySelectorAll(selector)].flatMap((element) =>
    element instanceof kind ? [element] : [],
  )
}
