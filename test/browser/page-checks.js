// Runs in a page: what a person would stumble over, by the criterion of WCAG that says so. Returns [criterion, finding][].
Object.assign(globalThis, { pageChecks })

function pageChecks() {
  /** @type {[criterion: string, finding: string][]} */
  const found = []
  const say = (/** @type {string} */ criterion, /** @type {Element} */ element, /** @type {string} */ what) =>
    found.push([criterion, `${what}: ${element.outerHTML.replace(/\s+/g, ' ').slice(0, 120)}`])
  const all = (/** @type {string} */ selector) =>
    /** @type {HTMLElement[]} */ ([...document.querySelectorAll(selector)])
  const isShown = (/** @type {Element} */ element) =>
    element.checkVisibility({ visibilityProperty: true }) && box(element).width > 1
  const box = (/** @type {Element} */ element) => element.getBoundingClientRect()
  const controls = all('a[href], button, summary, input:not([type=hidden]), select, textarea').filter(
    (control) => isShown(control) && !control.matches('.skip, :disabled, [readonly], dialog *'),
  )

  function nothingScrollsSideways() {
    const { scrollWidth, clientWidth } = document.documentElement
    if (scrollWidth > clientWidth) found.push(['1.4.10', `${scrollWidth - clientWidth} px sideways`])
  }

  function nothingIsCutOff() {
    for (const element of all('main *, header *')) {
      if (!isShown(element) || element.closest('.hidden, svg, select, input, [aria-disabled]')) continue
      const { overflowX, overflowY } = getComputedStyle(element)
      if (overflowX === 'hidden' && element.scrollWidth > element.clientWidth + 1)
        say('1.4.12', element, 'cut off')
      if (overflowY === 'hidden' && element.scrollHeight > element.clientHeight + 1)
        say('1.4.12', element, 'cut off')
    }
  }

  /** Links in running text are as high as their line; all else is at least 24 px both ways. */
  function targetsAreLarge() {
    for (const control of controls) {
      if (control.matches('p:not(.actions) > a:not(.button), li > a, dd > a, td a, .error a, sup a, pre > a'))
        continue
      const { width, height } = control.matches('[type=radio], [type=checkbox]')
        ? box(control.parentElement ?? control)
        : box(control)
      if (width < 24 || height < 24) say('2.5.8', control, `${width} by ${height} px`)
    }
  }

  function focusIsSeen() {
    for (const control of controls.slice(0, 60)) {
      control.focus({ focusVisible: true })
      if (document.activeElement !== control) {
        say('2.1.1', control, 'takes no focus')
        continue
      }
      const { outlineStyle, outlineWidth } = getComputedStyle(control)
      if (outlineStyle === 'none' || parseFloat(outlineWidth) < 2) say('2.4.7', control, 'no ring')
      const { left, top, width, height } = control.getClientRects()[0] ?? box(control)
      const at = document.elementFromPoint(left + Math.min(width / 2, 20), top + Math.min(height / 2, 10))
      const isLabel = at?.closest('.choice')?.contains(control)
      if (!at || !(control.contains(at) || isLabel || at.contains(control))) say('2.4.11', control, 'covered')
    }
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    scrollTo(0, 0)
  }

  /** What comes later is never wholly above what came before, unless it stands to the right of it. */
  function orderIsAsSeen() {
    const inMain = controls.filter((control) => control.closest('main'))
    for (const [index, control] of inMain.entries()) {
      const before = inMain[index - 1]
      if (!before || control.closest('.password')) continue
      if (box(control).bottom <= box(before).top && box(control).left <= box(before).right)
        say('2.4.3', control, 'above what comes before it')
    }
  }

  function namesTellApart() {
    const hrefs = new Map()
    for (const link of /** @type {HTMLAnchorElement[]} */ (all('a[href]')).filter(isShown)) {
      const name = (link.getAttribute('aria-label') ?? link.textContent).replace(/\s+/g, ' ').trim()
      const where = hrefs.get(name)
      if (!name) say('2.4.4', link, 'no name')
      // In a table the row says which one it is.
      if (where && where !== link.href && !link.closest('tbody')) say('2.4.4', link, 'one name, two places')
      hrefs.set(name, link.href)
    }
  }

  function pageIsInOrder() {
    const errors = document.querySelector('.banner.error')
    const news = document.querySelector('[role=status].banner')
    if (document.documentElement.lang !== 'en') found.push(['3.1.1', 'no language'])
    if (!/\S – Frontdesk$/.test(document.title)) found.push(['2.4.2', document.title])
    if (Boolean(errors) !== document.title.startsWith('Error: ')) found.push(['2.4.2', document.title])
    if (errors && errors.getAttribute('role') !== 'alert') say('4.1.3', errors, 'no alert')
    if (errors && document.activeElement !== errors)
      say('3.3.1', errors, 'the eye is there, the focus is not')
    if (news && !errors && document.activeElement !== news) say('4.1.3', news, 'without the focus')
    if (!document.querySelector('footer')?.textContent.includes('Need help?'))
      found.push(['3.2.6', 'no help'])
    if (document.querySelector('a')?.getAttribute('href') !== '#main') found.push(['2.4.1', 'no skip link'])
    if (all('h1').length !== 1) found.push(['2.4.6', `${all('h1').length} main headings`])
    for (const badge of all('.badge')) if (!badge.textContent.trim()) say('1.4.1', badge, 'no words')
    for (const svg of all('svg:not([aria-hidden=true], [role=img][aria-label])'))
      say('1.1.1', svg, 'neither hidden nor named')
    for (const field of all('[aria-invalid]')) {
      const why = document.getElementById(field.getAttribute('aria-describedby')?.split(' ').at(-1) ?? '')
      if (!why?.classList.contains('error')) say('3.3.1', field, 'does not say what is wrong')
    }
  }

  function fieldsKnowWhomTheyAreAbout() {
    const own =
      /^\/(sign-in|set-up-second-step|setup|join|reset-password|forgot-password|my-details|confirm-email|find|new-clinic)/
    const typed = 'input:not([type=hidden], [type=radio], [type=checkbox], [type=file])'
    const fields = all(`main form[method=post] :is(${typed}, textarea)`)
    for (const field of /** @type {HTMLInputElement[]} */ (fields)) {
      const { autocomplete, type } = field
      const isOwn = own.test(location.pathname) || autocomplete === 'username' || type === 'password'
      const mayBeOff = field.name === 'profession' || /^\/settings\/clinic/.test(location.pathname)
      if (!autocomplete) say('1.3.5', field, 'no autocomplete')
      // HTML has no word for them.
      const hasToken = !['pronouns', 'label', 'recoveryCode'].includes(field.name)
      if (isOwn && hasToken && autocomplete === 'off') say('1.3.5', field, 'about oneself')
      if (!isOwn && !mayBeOff && autocomplete !== 'off') say('1.3.5', field, 'about somebody else')
      if (type !== 'password') continue
      const paste = new Event('paste', { bubbles: true, cancelable: true })
      if (!field.dispatchEvent(paste)) say('3.3.8', field, 'takes no paste')
    }
  }

  return {
    wide() {
      pageIsInOrder()
      namesTellApart()
      fieldsKnowWhomTheyAreAbout()
      orderIsAsSeen()
      nothingScrollsSideways()
      return found
    },
    narrow() {
      nothingScrollsSideways()
      targetsAreLarge()
      orderIsAsSeen()
      focusIsSeen()
      return found
    },
    enlarged() {
      nothingScrollsSideways()
      nothingIsCutOff()
      return found
    },
  }
}
