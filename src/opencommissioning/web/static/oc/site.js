// Makes pages nicer; nothing depends on it.
import { initAll } from '../nhsuk-frontend.min.js'

document.body.classList.add('js-enabled', 'nhsuk-frontend-supported')
initAll()
