(() => {
const { compiled, digits, width } = bpFigures
const REACH = 1.7  // the plane shown is -REACH to REACH across

const start = root => {
  const data = JSON.parse(root.dataset.network), all = compiled(data.lines), forward = compiled(data.lines.slice(0, data.forward))
  const names = Object.keys(data.weights), first = Object.fromEntries(names.map(n => [n, data.weights[n][0]]))
  const canvas = root.querySelector("canvas"), paint = canvas.getContext("2d"), status = root.querySelector(".bp-promise")
  const select = root.querySelector("select"), slider = root.querySelector("[name=pulled]")
  const [shown, shownGradient] = root.querySelectorAll("output")
  const down = REACH * canvas.height / canvas.width, count = data.points.length
  let weights = { ...first }, steps = 0, state

  // The loss of all points and its gradient: the tape of one point, run for each.
  const measure = () => {
    const gradient = Object.fromEntries(names.map(n => [n, 0]))
    let loss = 0, right = 0
    const state = { ...weights }  // one object for all points
    data.points.forEach(([x1, x2], i) => {
      const sign = data.targets[i] ? 1 : -1, value = all(Object.assign(state, { x1, x2, sign }))
      loss += value[data.loss] / count
      right += value[data.score] * sign > 0
      for (const n of names) gradient[n] += value[data.weights[n][1]] / count
    })
    return { loss, right, gradient }
  }
  const color = name => getComputedStyle(root).getPropertyValue(name).trim()
  const draw = () => {
    state = measure()
    const one = color("--bp-forward") || "#1f67a6", two = color("--bp-gradient") || "#c24e00", cell = 12
    const place = { ...weights, x1: 0, x2: 0, sign: 1 }
    paint.clearRect(0, 0, canvas.width, canvas.height)
    for (let x = 0; x < canvas.width; x += cell) for (let y = 0; y < canvas.height; y += cell) {
      place.x1 = ((x + cell / 2) / canvas.width * 2 - 1) * REACH
      place.x2 = (1 - (y + cell / 2) / canvas.height * 2) * down
      const score = forward(place)[data.score]
      paint.globalAlpha = Math.min(.5, .08 + Math.abs(Math.tanh(score / 2)) * .42)
      paint.fillStyle = score > 0 ? one : two
      paint.fillRect(x, y, cell, cell)
    }
    paint.globalAlpha = 1
    data.points.forEach(([x1, x2], i) => {
      const x = (x1 / REACH + 1) / 2 * canvas.width, y = (1 - x2 / down) / 2 * canvas.height
      paint.beginPath()
      if (data.targets[i]) paint.arc(x, y, 6, 0, 7)
      else paint.rect(x - 5, y - 5, 10, 10)
      paint.fillStyle = data.targets[i] ? one : two
      paint.fill()
      paint.strokeStyle = "#fff"
      paint.stroke()
    })
    for (const line of root.querySelectorAll("line")) {
      const n = line.dataset.weight, w = weights[n]
      if (line.matches(".bp-flow")) line.setAttribute("stroke-width", (1.6 * width(state.gradient[n] * 10)).toFixed(2))
      if (line.matches(".bp-weight")) {
        line.setAttribute("stroke-width", Math.min(6, .6 + Math.abs(w) * 1.2).toFixed(2))
        line.setAttribute("stroke-dasharray", w < 0 ? "5 4" : "")
        line.classList.toggle("bp-chosen", n == select.value)
      }
    }
    slider.value = weights[select.value]
    shown.textContent = digits(weights[select.value], 3)
    shownGradient.textContent = digits(state.gradient[select.value], 2)
    slider.setAttribute("aria-label", select.value)
    slider.setAttribute("aria-valuetext", `${shown.textContent}, gradient ${shownGradient.textContent}`)
    canvas.setAttribute("aria-label", `${count} points of two kinds, and the side of the border on which the network puts each`)
  }
  const say = () => {
    status.textContent = `Step ${steps}: loss ${digits(state.loss, 3)} nats, ${state.right} of ${count} points on the right side.`
  }
  const step = () => {
    for (const n of names) weights[n] -= 0.5 * state.gradient[n]
    steps++
    state = measure()
  }
  slider.oninput = () => { weights[select.value] = slider.valueAsNumber; draw() }
  slider.onchange = say
  select.onchange = draw
  for (const grip of root.querySelectorAll(".bp-grip")) {
    grip.addEventListener("pointerdown", start => {
      select.value = grip.dataset.weight
      const from = weights[select.value]
      grip.setPointerCapture(start.pointerId)
      start.preventDefault()
      const move = to => { weights[select.value] = Math.max(-5, Math.min(5, from + (to.clientX - start.clientX + start.clientY - to.clientY) / 40)); draw() }
      grip.addEventListener("pointermove", move)
      grip.addEventListener("lostpointercapture", () => { grip.removeEventListener("pointermove", move); draw(); say() }, { once: true })
    })
  }
  let left = 0
  const frame = () => {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches
    for (let i = 0; i < (still ? left : 4) && left; i++, left--) step()
    draw()
    left ? requestAnimationFrame(frame) : say()
  }
  root.querySelector("[name=step]").onclick = () => { step(); draw(); say() }
  root.querySelector("[name=run]").onclick = () => { if (!left) { left = 100; frame() } }
  root.querySelector("[name=again]").onclick = () => { left = 0; weights = { ...first }; steps = 0; draw(); say() }
  new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] })
  draw()
  say()
}

for (const root of document.querySelectorAll(".bp-classifier:not([data-ready])")) {
  root.dataset.ready = ""
  start(root)
}
})()
