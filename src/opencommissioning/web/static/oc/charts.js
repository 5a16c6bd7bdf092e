// Lets a reader point at a chart's marks and zoom. The picture stays what it is when anything here cannot be had.

const vega = new URL('../vega.min.js', import.meta.url)

function button(words) {
  const made = document.createElement('button')
  made.type = 'button'
  made.className = 'oc-closer'
  made.textContent = words
  return made
}

async function draw(figure, place) {
  const [, answer] = await Promise.all([import(vega), fetch(figure.dataset.chart)])
  if (!answer.ok) throw new Error(`the chart's figures answered ${answer.status}`)
  // parsed to a tree and interpreted: the page's policy forbids making code from text
  await window.vegaEmbed(place, await answer.json(), {
    ast: true,
    actions: false,
    defaultStyle: false,
    renderer: 'svg',
    tooltip: { disableDefaultStyle: true }
  })
}

function prepare(figure) {
  const picture = figure.querySelector('picture')
  const place = document.createElement('div')
  const note = document.createElement('p')
  const toggle = button('Point at marks, zoom')
  place.className = 'oc-live'
  place.setAttribute('role', 'img')
  place.setAttribute('aria-label', picture.querySelector('img').alt)
  note.className = 'oc-live__note'
  note.setAttribute('role', 'status')
  place.hidden = true
  picture.after(place, note)
  note.after(toggle)
  toggle.addEventListener('click', async () => {
    const show = place.hidden
    if (show && !place.hasChildNodes()) {
      try {
        place.hidden = false
        await draw(figure, place)
      } catch (problem) {
        place.replaceChildren()
        place.hidden = true
        note.textContent = 'The chart cannot be moved in this browser; the picture and the table have the same figures.'
        return
      }
    }
    place.hidden = !show
    picture.hidden = show
    note.textContent = show ? 'Point at a mark for its figures; turn the wheel to zoom, drag to move, double-click to go back.' : ''
    toggle.textContent = show ? 'Back to the picture' : 'Point at marks, zoom'
  })
}

export function initCharts() {
  document.querySelectorAll('figure[data-chart]').forEach(prepare)
}
