(() => {
const SIDE = 28, BOX = 20, MIDDLE = 14  // MNIST: a digit fills a box of 20, its center of mass is pixel 14 of 0 to 27
const PEN = 2.2, PAD = 280              // the pen's width, in pixels of the image; the field to write in, in its own units

const bytes = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0))

// ---- the network: Affine, ReLU, Affine, softmax with loss, for one image

const affine = (x, W, b) => {
  const y = Float64Array.from(b)
  x.forEach((value, i) => { if (value) for (let j = 0; j < y.length; j++) y[j] += value * W[i * y.length + j] })
  return y
}
const affineInput = (gradient, W) => {  // dL/dx = dL/dy W^T
  const count = gradient.length, x = new Float64Array(W.length / count)
  for (let i = 0; i < x.length; i++) for (let j = 0; j < count; j++) x[i] += gradient[j] * W[i * count + j]
  return x
}
const forward = ({ W1, b1, W2, b2 }, x) => {
  const hidden = affine(x, W1, b1).map(z => Math.max(z, 0)), scores = affine(hidden, W2, b2)
  const most = Math.max(...scores), powers = scores.map(s => Math.exp(s - most)), sum = powers.reduce((a, b) => a + b)
  return { hidden, probabilities: powers.map(p => p / sum), losses: scores.map(s => Math.log(sum) + most - s) }
}
const backward = ({ W1, W2 }, { hidden, probabilities }, target) => {
  const scores = probabilities.map((p, c) => p - (c == target))
  const z = affineInput(scores, W2).map((g, j) => hidden[j] > 0 ? g : 0)
  return { scores, z, x: affineInput(z, W1) }
}
const descend = (params, x, { hidden }, gradient, rate) => {
  for (const [W, b, input, output] of [[params.W1, params.b1, x, gradient.z], [params.W2, params.b2, hidden, gradient.scores]])
    output.forEach((g, j) => {
      input.forEach((value, i) => { W[i * b.length + j] -= rate * value * g })
      b[j] -= rate * g
    })
}
// Weights come as whole numbers from -127 to 127, with a scale for each column; scales and biases come as float32.
const unpacked = ({ sizes, weights, numbers }) => {
  const [inputs, hidden, outputs] = sizes.split(" ").map(Number)
  const whole = new Int8Array(bytes(weights).buffer), rest = new Float32Array(bytes(numbers).buffer)
  const matrix = (from, to, scale, columns) => Float32Array.from(whole.subarray(from, to), (n, i) => n * rest[scale + i % columns])
  return {
    W1: matrix(0, inputs * hidden, 0, hidden), b1: rest.slice(hidden, 2 * hidden),
    W2: matrix(inputs * hidden, whole.length, 2 * hidden, outputs), b2: rest.slice(2 * hidden + outputs),
  }
}

// ---- what was written, as MNIST would have it

const inked = (strokes, scale, left, top) => {
  const image = new Float32Array(SIDE * SIDE), reach = PEN / 2 + .5
  for (const stroke of strokes) stroke.forEach((point, k) => {
    const [[ax, ay], [bx, by]] = [stroke[Math.max(0, k - 1)], point].map(([x, y]) => [x * scale + left, y * scale + top])
    const dx = bx - ax, dy = by - ay, length = dx * dx + dy * dy
    const first = z => Math.max(0, Math.ceil(z - reach)), last = z => Math.min(SIDE - 1, Math.floor(z + reach))
    for (let y = first(Math.min(ay, by)); y <= last(Math.max(ay, by)); y++) for (let x = first(Math.min(ax, bx)); x <= last(Math.max(ax, bx)); x++) {
      const along = length && Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length))
      const ink = Math.min(1, reach - Math.hypot(x - ax - along * dx, y - ay - along * dy))
      if (ink > image[y * SIDE + x]) image[y * SIDE + x] = ink
    }
  })
  return image
}
const centered = strokes => {
  const points = strokes.flat()
  if (!points.length) return new Float32Array(SIDE * SIDE)
  const [xs, ys] = [0, 1].map(axis => points.map(point => point[axis]))
  const [left, top, right, bottom] = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
  const scale = Math.min(.3, (BOX - PEN - 1) / Math.max(right - left, bottom - top, 1e-9))  // a dot stays a dot
  const place = (x, y) => inked(strokes, scale, x - scale * (left + right) / 2, y - scale * (top + bottom) / 2)
  const image = place(MIDDLE, MIDDLE)
  let sum = 0, x = 0, y = 0
  image.forEach((ink, i) => { sum += ink; x += ink * (i % SIDE); y += ink * Math.floor(i / SIDE) })
  return place(2 * MIDDLE - x / sum, 2 * MIDDLE - y / sum)
}

// ---- the figure

const signs = (gradient, reach, wanted) => {
  let d = ""
  gradient.forEach((g, i) => {
    const size = .46 * Math.sqrt(Math.abs(g) / reach.most) * reach.part, x = i % SIDE + .5, y = Math.floor(i / SIDE) + .5
    if (g * wanted <= 0 || size < .1) return
    d += `M${(x - size).toFixed(2)} ${y}h${(2 * size).toFixed(2)}`
    if (wanted < 0) d += `M${x} ${(y - size).toFixed(2)}v${(2 * size).toFixed(2)}`
  })
  return d
}
const reachOf = gradient => {  // the largest sign says how steep the loss is, the others are measured by it
  const most = gradient.reduce((a, g) => Math.max(a, Math.abs(g)), 1e-12)
  return { most, part: Math.min(1, most ** .25) }
}
const bars = (heights, room) => {
  const most = heights.reduce((a, h) => Math.max(a, Math.abs(h)), 1e-12)
  return Array.from(heights, (h, j) => h && `M${j + .5} 0v${(room * Math.abs(h) / most).toFixed(2)}`).filter(Boolean).join("")
}
const shaded = image => {  // eight shades, each of them one shape
  const shapes = Array(9).fill("")
  image.forEach((ink, i) => { shapes[Math.round(8 * ink)] += `M${i % SIDE} ${Math.floor(i / SIDE)}h1v1h-1z` })
  return shapes.slice(1)
}
const shapes = shades => shades.map((d, k) => `<path fill-opacity="${(k + 1) / 8}" d="${d}"/>`).join("")
const write = (element, text) => { if (element.textContent != text) element.textContent = text }
const mark = (element, name, text) => { if (element.getAttribute(name) != text) element.setAttribute(name, text) }
const percent = p => (100 * p).toFixed(1)

const WRITE = `<p class="bp-head">Write a digit</p>
<svg class="bp-pad" viewBox="0 0 ${PAD} ${PAD}" tabindex="0" role="application" aria-label="Field to write a digit in. Arrow keys move the pen, the space bar puts it down and lifts it.">
<g class="bp-ghost" transform="scale(${PAD / SIDE})"></g><text class="bp-prompt" x="${PAD / 2}" y="${PAD - 12}">write here</text><path class="bp-ink"/><circle class="bp-pen" r="11"/></svg>
<p class="bp-note">With mouse or finger. Or with keys: arrows move the pen, space puts it down and lifts it.</p>`
const CONTROLS = `<button type="button" name="clear">clear</button><button type="button" name="teach"></button><button type="button" name="reset">reset the network</button>`

const start = (root, place) => {
  const find = selector => root.querySelector(selector), { examples, first, rate } = root.dataset
  const images = Array.from({ length: bytes(examples).length / SIDE / SIDE }, (_, k) => Float32Array.from(bytes(examples).subarray(k * SIDE * SIDE, (k + 1) * SIDE * SIDE), n => n / 255))
  find(".bp-write").innerHTML = WRITE
  find(".bp-buttons").innerHTML = CONTROLS
  find(".bp-examples").innerHTML = `<p class="bp-note">Or take one of these test images. Below each: what the network reads.</p>` + images.map((image, k) =>
    `<button type="button" name="example"><svg viewBox="2 2 24 24" aria-hidden="true">${shapes(shaded(image))}</svg><span></span></button>`).join("")
  const pad = find(".bp-pad"), line = find(".bp-ink"), pen = find(".bp-pen"), ghost = find(".bp-ghost"), prompt = find(".bp-prompt"), status = find(".bp-reading")
  const radios = [...root.querySelectorAll("input")], rows = [...root.querySelectorAll(".bp-row")], thumbs = [...root.querySelectorAll("[name=example]")]
  const teach = find("[name=teach]"), pixels = find(".bp-pixels").children
  const [more, less, up, back] = [".bp-more", ".bp-less", ".bp-up", ".bp-back"].map(find)
  let params = unpacked(root.dataset), strokes = [], image = images[first], state, down = false, at = [PAD / 2, PAD / 4], lessons = 0

  const target = () => radios.findIndex(radio => radio.checked)
  const read = image => forward(params, image).probabilities.reduce((best, p, c, all) => p > all[best] ? c : best, 0)
  const answers = images.map(read)

  const compute = () => {
    state = forward(params, image)
    state.gradient = backward(params, state, target())
  }
  const show = () => {
    compute()
    const { hidden, probabilities, gradient } = state, best = Math.max(...probabilities)
    shaded(image).forEach((d, k) => mark(pixels[k], "d", d))
    const reach = reachOf(gradient.x)
    mark(more, "d", signs(gradient.x, reach, -1))
    mark(less, "d", signs(gradient.x, reach, 1))
    mark(up, "d", bars(hidden, -34))
    mark(back, "d", bars(gradient.z, 20 * reachOf(gradient.z).part))
    rows.forEach((row, c) => {
      row.querySelector("s").style.transform = `scaleX(${probabilities[c].toFixed(4)})`
      write(row.querySelector(".bp-percent"), percent(probabilities[c]))
      row.classList.toggle("bp-best", probabilities[c] == best)
    })
    for (const name of root.querySelectorAll(".bp-asked")) write(name, target())
    write(teach, `teach: this is a ${target()}`)
    mark(line, "d", strokes.map(stroke => "M" + stroke.map(point => point.map(n => n.toFixed(1)).join(" ")).join("L") + (stroke.length == 1 ? "h.1" : "")).join(""))
    mark(pen, "cx", at[0])
    mark(pen, "cy", at[1])
    pen.classList.toggle("bp-on-paper", down)
    mark(prompt, "visibility", strokes.length ? "hidden" : "visible")
  }
  const showExamples = () => {
    let changed = 0
    thumbs.forEach((thumb, k) => {
      const now = read(images[k]), same = now == answers[k]
      changed += !same
      thumb.lastChild.textContent = same ? now : `${answers[k]} → ${now}`
      thumb.setAttribute("aria-label", `test image ${k + 1}, read as ${thumb.lastChild.textContent}`)
      thumb.classList.toggle("bp-changed", !same)
      thumb.setAttribute("aria-pressed", image == images[k])
    })
    return changed
  }
  const reading = () => {
    const order = [...state.probabilities.keys()].sort((a, b) => state.probabilities[b] - state.probabilities[a])
    const told = c => `${c} with ${percent(state.probabilities[c])}%`, blank = image.every(ink => !ink)
    return `${blank ? "Even blank paper is read" : "The network reads this"} as ${told(order[0])}, then ${told(order[1])}. ` +
      `For the target ${target()}, the loss is ${state.losses[target()].toFixed(2)} nats.`
  }
  const say = text => { status.textContent = text || reading() }
  let frame = 0
  const later = () => { frame ||= requestAnimationFrame(() => { frame = 0; show() }) }  // many points may come in a frame
  const written = () => { image = centered(strokes); later() }
  const done = () => { show(); showExamples(); say() }

  const begin = point => {
    ghost.innerHTML = ""
    strokes.push([point])
    written()
  }
  const draw = point => {
    const stroke = strokes.at(-1), [x, y] = stroke.at(-1)
    if (Math.hypot(point[0] - x, point[1] - y) < 1) return
    stroke.push(point)
    written()
  }
  const inside = point => point.map(n => Math.max(0, Math.min(PAD, n)))
  const pointOf = event => {
    const box = pad.getBoundingClientRect()
    return inside([(event.clientX - box.left) / box.width * PAD, (event.clientY - box.top) / box.height * PAD])
  }
  let pointer = null
  pad.addEventListener("pointerdown", event => {
    if (pointer !== null || event.button) return
    pointer = event.pointerId
    try { pad.setPointerCapture(pointer) } catch { }  // a pointer that a script made can't be captured
    event.preventDefault()
    pad.focus({ preventScroll: true, focusVisible: false })
    down = false
    begin(at = pointOf(event))
  })
  pad.addEventListener("pointermove", event => {
    if (event.pointerId !== pointer) return
    const all = event.getCoalescedEvents?.() ?? []
    for (const each of all.length ? all : [event]) draw(at = pointOf(each))
  })
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) pad.addEventListener(end, event => {
    if (event.pointerId !== pointer) return
    pointer = null
    done()
  })

  // By keyboard: two arrows held together move the pen aslant.
  const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }, held = new Set()
  pad.addEventListener("keydown", event => {
    if (event.key == " ") {
      if (event.repeat) return event.preventDefault()
      down = !down
      if (down) begin(at)
      done()
      if (down) say("The pen is down.")
    } else if (WAYS[event.key]) {
      held.add(event.key)
      const reach = event.shiftKey ? 2 : 8
      at = inside([0, 1].map(axis => at[axis] + reach * [...held].reduce((sum, key) => sum + WAYS[key][axis], 0)))
      down ? draw(at) : later()
    } else return
    event.preventDefault()
  })
  pad.addEventListener("keyup", event => held.delete(event.key))
  pad.addEventListener("blur", () => {
    held.clear()
    if (down) { down = false; done() }
  })
  root.addEventListener("keydown", event => event.stopPropagation())  // no key moves a notebook's cells

  for (const radio of radios) {
    radio.name = `bp-target-${place}`  // one choice in each figure of a page
    radio.onchange = done
  }
  thumbs.forEach((thumb, k) => {
    thumb.onclick = () => {
      strokes = []
      image = images[k]
      ghost.innerHTML = shapes(shaded(image))
      done()
    }
  })
  find("[name=clear]").onclick = () => {
    strokes = []
    ghost.innerHTML = ""
    image = centered(strokes)
    done()
  }
  teach.onclick = () => {
    const c = target(), before = state.probabilities[c]
    descend(params, image, state, state.gradient, +rate)
    lessons++
    show()
    const changed = showExamples(), times = lessons == 1 ? "Taught once" : `Taught ${lessons} times`
    say(`${times}: the probability of ${c} went from ${percent(before)}% to ${percent(state.probabilities[c])}%. ` +
      (changed ? `${changed} of the ${images.length} test images ${changed == 1 ? "is" : "are"} now read differently.` : `The ${images.length} test images are read as before.`))
  }
  find("[name=reset]").onclick = () => {
    params = unpacked(root.dataset)
    lessons = 0
    done()
  }
  thumbs[first].onclick()
}

for (const script of document.querySelectorAll("script.bp-markup")) script.parentNode.innerHTML = script.textContent
const all = () => {
  document.querySelectorAll(".bp-digit").forEach((root, place) => {
    if (root.dataset.ready) return
    root.dataset.ready = "yes"
    start(root, place)
  })
}
if (document.readyState == "loading") addEventListener("DOMContentLoaded", all)
all()
globalThis.bpDigit = { unpacked, forward, backward, descend, centered }
})()
