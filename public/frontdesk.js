const BUSY_AT_MOST_MS = 15_000

for (const button of document.querySelectorAll('[data-show]')) {
  const field = document.getElementById(button.dataset.show)
  const show = (shown) => {
    field.type = shown ? 'text' : 'password'
    button.firstChild.data = shown ? 'Hide' : 'Show'
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
