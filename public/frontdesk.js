const BUSY_AT_MOST_MS = 15_000

for (const button of document.querySelectorAll('[data-show]')) {
  const field = document.getElementById(button.dataset.show)
  const label = button.firstChild.data
  const show = (shown) => {
    field.type = shown ? 'text' : 'password'
    button.firstChild.data = shown ? button.dataset.hide : label
  }
  button.hidden = false
  button.addEventListener('click', () => show(field.type === 'password'))
  field.form.addEventListener('submit', () => show(false))
}

document.querySelector('[data-focus]')?.focus()

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

function release(form) {
  busy.get(form)?.removeAttribute('aria-disabled')
  busy.delete(form)
}

// A list that follows what is typed into its search. Focus stays in the field; Back leads to the list before.
const LIVE_PAUSE_MS = 250

for (const form of document.querySelectorAll('form[data-live]')) {
  let pause
  let asked
  let isTyping = false

  const question = () => {
    const fields = [...new FormData(form)].filter(([, value]) => value !== '')
    return form.action + (fields.length > 0 ? `?${new URLSearchParams(fields)}` : '')
  }
  const show = async (url, isBack = false) => {
    asked?.abort()
    asked = new AbortController()
    const page = await pageAt(url, asked.signal)
    if (!page) return
    for (const id of form.dataset.live.split(' ')) {
      const part = document.getElementById(id)
      const { innerHTML } = page.getElementById(id)
      if (part.innerHTML !== innerHTML) part.innerHTML = innerHTML
    }
    if (isBack)
      for (const field of form.elements)
        if (field.name) field.value = page.getElementById(field.id)?.value ?? field.value
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
    if (event.isComposing) return
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

/** The page at an address of ours; undefined when a later question overtook it. An end of the session shows itself. */
async function pageAt(url, signal) {
  try {
    const answer = await fetch(url, { signal })
    if (answer.redirected || !answer.ok) return location.assign(url)
    return new DOMParser().parseFromString(await answer.text(), 'text/html')
  } catch {
    if (!signal.aborted) location.assign(url)
  }
}

// A minute before the session ends for want of use, one press keeps it. Every tab counts as use of all of them.
const idle = document.getElementById('idle')

if (idle) {
  const WARNING_SECONDS = 60
  const LOOK_EVERY_MS = 1_000
  const inUse = () => localStorage.setItem('lastUsed', Date.now())
  inUse()
  idle.addEventListener('close', async () => {
    if (idle.dataset.ended) return
    inUse()
    const answer = await fetch('/still-here').catch(() => null)
    if (answer?.redirected) location.reload()
  })
  setInterval(() => {
    const secondsLeft = idle.dataset.seconds - (Date.now() - localStorage.getItem('lastUsed')) / 1_000
    if (idle.dataset.ended) return
    if (secondsLeft <= 0) endOfUse()
    else if (secondsLeft > WARNING_SECONDS) idle.close()
    else if (!idle.open) idle.showModal()
  }, LOOK_EVERY_MS)
}

/** What is on the screen is not for who comes by; what was typed is carried through sign-in by the form's button. */
function endOfUse() {
  const fields = document.querySelectorAll('form[method=post] :is(input, select, textarea)')
  if (![...fields].some(isChanged)) return location.reload()
  idle.dataset.ended = 'yes'
  for (const part of idle.children) part.hidden = !part.hidden
  if (!idle.open) idle.showModal()
}

function isChanged(field) {
  if (field.type === 'radio' || field.type === 'checkbox') return field.checked !== field.defaultChecked
  if (field.options) return [...field.options].some((option) => option.selected !== option.defaultSelected)
  return field.value !== field.defaultValue
}
