// Makes pages nicer; nothing depends on it.
import { initAll } from '../nhsuk-frontend.min.js'
import { initCharts } from './charts.js'

document.body.classList.add('js-enabled', 'nhsuk-frontend-supported')
initAll()
initCharts()

// A page that is still working looks by itself whether it is ready; the reader keeps the place and may also use the link.
const working = document.querySelector('[data-working]')
if (working) {
  const look = async () => {
    const answer = await fetch(location.href, { headers: { Accept: 'text/html' } })
    if (answer.status !== 202) return location.reload()
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const fresh = page.querySelector('[data-working] p')
    if (fresh) working.querySelector('p').textContent = fresh.textContent
    setTimeout(look, 3000)
  }
  setTimeout(look, 2000)
}
