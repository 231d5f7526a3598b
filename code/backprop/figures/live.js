(() => {
// The functions that a tape may name. Which of them make a gradient, the tape says: no rule is written here.
const F = {
  "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, "/": (a, b) => a / b, neg: a => -a,
  pow: (a, b) => Math.abs(a) == 1 && !isFinite(b) ? (isNaN(b) && a != 1 ? NaN : 1) : a == 1 ? 1 : a ** b,
  exp: Math.exp, expm1: Math.expm1, log: Math.log, log1p: Math.log1p, sqrt: Math.sqrt, square: a => a * a,
  tanh: Math.tanh, abs: Math.abs, sign: Math.sign, max: (a, b) => Math.max(a, b), min: (a, b) => Math.min(a, b), "1/": a => 1 / a,
  ">": (a, b) => +(a > b), ">=": (a, b) => +(a >= b), "<": (a, b) => +(a < b), "<=": (a, b) => +(a <= b),
  "==": (a, b) => +(a == b), "!=": (a, b) => +(a != b), where: (a, b, c) => a ? b : c,
}
const number = x => typeof x == "string" ? { nan: NaN, inf: Infinity, "-inf": -Infinity }[x] : x

// A list of lines becomes a function from inputs to the values of all lines: straight code, or, where a page forbids
// code made from text, a loop over the lines.
const compiled = lines => {
  const value = new Float64Array(lines.length), f = lines.map(l => F[l[0]])
  lines.forEach((l, i) => { if (l[0] == "=") value[i] = number(l[1]) })
  const code = lines.map(([name, a, b, c], i) => name == "in" ? `v[${i}] = inputs[${JSON.stringify(a)}]`
    : f[i] ? `v[${i}] = f${i}(${[a, b, c].filter(k => k != null).map(k => `v[${k}]`)})` : "")
  try {
    return Function("v", "f", `const [${f.map((_, i) => `f${i}`)}] = f\nreturn inputs => {\n${code.join("\n")}\nreturn v }`)(value, f)
  } catch {
    return inputs => {
      lines.forEach(([name, a, b, c], i) => {
        if (name == "in") value[i] = inputs[a]
        else if (f[i]) value[i] = f[i](value[a], value[b], value[c])
      })
      return value
    }
  }
}

// Six digits, as Python's format(x, ".6g") writes them: ties go to the even digit.
const digits = (x, count = 6) => {
  if (!isFinite(x)) return isNaN(x) ? "nan" : x < 0 ? "\u2212inf" : "inf"
  if (x == 0) return "0"
  let [head, power] = Math.abs(x).toExponential(count - 1).split("e")
  const tie = places => /^50*e/.test(Math.abs(x).toExponential(count + places).slice(count + 1))
  if (tie(9) && tie(60 - count)) {  // first a cheap look: ties are rare
    const exact = Math.abs(x).toExponential(60)
    if (+exact[count] % 2 == 0) head = exact.slice(0, count + 1)
  }
  power = +power
  const whole = head.replace(".", "")
  let text
  if (power < -4 || power >= count) text = trim(head) + "e" + (power < 0 ? "-" : "+") + String(Math.abs(power)).padStart(2, "0")
  else if (power < 0) text = trim("0." + "0".repeat(-power - 1) + whole)
  else text = trim(whole.slice(0, power + 1) + "." + whole.slice(power + 1))
  return (x < 0 ? "\u2212" : "") + text.replace("e-", "e\u2212")
}
const trim = text => text.includes(".") ? text.replace(/\.?0*$/, "") : text
const write = (e, text) => {
  const node = e.firstChild
  if (!node) e.textContent = text
  else if (node.data != text) node.data = text  // a node that stays costs less style and layout than a new one
}
const mark = (e, name, text) => { if (e.getAttribute(name) != text) e.setAttribute(name, text) }
const width = g => isFinite(g) ? Math.min(12, 3 * Math.abs(g) ** .25) : 12

const start = root => {
  const { lines, output, total, cells, forward, lies = [], choices = {}, told } = JSON.parse(root.dataset.tape), honest = compiled(lines)
  let run = honest, moved = {}, lie = null
  const at = i => value[moved[i] ?? i]
  const sliders = [...root.querySelectorAll(".bp-pulls input")], selects = [...root.querySelectorAll(".bp-pulls [data-choice]")]
  const texts = [...root.querySelectorAll("[data-v]")].map(e => [e, e.dataset.v.split(" ").map(Number), +e.dataset.digits || 6, e.textContent[0] == "["])
  const flows = [...root.querySelectorAll("[data-g]")].map(e => [e, e.dataset.g.split(" ").map(Number)])
  const status = root.querySelector(".bp-promise"), bars = root.querySelectorAll(".bp-promised s"), names = sliders.map(s => s.name)
  const here = () => Object.assign(Object.fromEntries(sliders.map(s => [s.name, s.valueAsNumber])),
    ...selects.map(s => choices[s.dataset.choice][s.value]))
  const views = [...root.querySelectorAll("[data-view]")].map(e => {
    const spec = JSON.parse(e.dataset.view)
    return bpFigures.views[spec.kind](e, spec, compiled(lines), () => show())
  })
  const slopes = !root.matches(".bp-values")
  let value, base, held = false
  const show = () => {
    value = run(here())
    const known = {}  // by count of digits and cell: a number is shown in several places
    const text = (i, count = 6) => (known[count] ??= [])[i] ??= digits(at(i), count)
    for (const [e, cells, count, row] of texts) {  // rows of a matrix are in brackets
      write(e, row ? "[" + cells.map(i => text(i, 3)).join(" ") + "]" : text(cells[0], count))
    }
    for (const [e, cells] of flows) mark(e, "stroke-width", width(Math.hypot(...cells.map(at))).toFixed(1))
    for (const s of sliders) mark(s, "aria-valuetext", digits(s.valueAsNumber) + (slopes && s.name in cells ? `, gradient ${text(cells[s.name])}` : ""))
    const now = here()
    for (const view of views) view(value, now)
    compare(now)
  }
  const compare = (now = here()) => {
    const moved = names.filter(n => n in cells && now[n] != base.inputs[n])
    const promised = moved.reduce((sum, n) => sum + (now[n] - base.inputs[n]) * base.gradients[n], 0)
    const happened = value[total] - base.total, most = Math.max(Math.abs(promised), Math.abs(happened)) || 1
    bars.forEach((bar, i) => {
      const part = isFinite([promised, happened][i]) ? Math.max(-1, Math.min(1, [promised, happened][i] / most)) * 50 : 0
      bar.style.left = `${Math.min(50, 50 + part)}%`
      bar.style.width = `${Math.abs(part)}%`
    })
    return { now, moved, promised, happened }
  }
  // What gradients promise, against what happened: said when a number is let go.
  const say = () => {
    if (told) return status.textContent = told.map(part => typeof part == "number" ? digits(at(part), 4) : part).join("")
    const { now, moved, promised, happened } = compare(), rose = x => x < 0 ? "fell" : "rose"
    if (!moved.length) return status.textContent = "Everything is where it started. Pull a number."
    const change = n => now[n] - base.inputs[n]
    const pulled = moved.map(n => `${change(n) < 0 ? "lowered" : "raised"} ${n} by ${digits(Math.abs(change(n)))}`).join(" and ")
    const sum = moved.map(n => `${digits(change(n))} × ${digits(base.gradients[n])}`).join(" + ").replace(/\+ \u2212/g, "\u2212 ")
    status.textContent = `You ${pulled}. ${moved.length > 1 ? "Their gradients" : "Its gradient"} promised ${sum} = ${digits(promised)}; ` +
      `${output} ${rose(happened)} by ${digits(Math.abs(happened))}.`
  }
  const rest = () => {
    value = run(here())
    base = { inputs: here(), total: value[total], gradients: Object.fromEntries(Object.entries(cells).map(([n, i]) => [n, at(i)])) }
  }
  for (const s of selects) s.addEventListener("change", () => { show(); say() })
  for (const s of sliders) {
    s.addEventListener("input", show)
    s.addEventListener("change", () => held || say())
  }
  for (const e of root.querySelectorAll("[data-pull]")) {
    const s = sliders.find(s => s.name == e.dataset.pull)
    e.addEventListener("pointerdown", down => {
      const from = s.valueAsNumber, reach = (s.max - s.min) / 240
      e.setPointerCapture(down.pointerId)
      down.preventDefault()
      const move = to => { s.value = from + (to.clientX - down.clientX) * reach; show() }
      const up = () => { e.removeEventListener("pointermove", move); say() }
      e.addEventListener("pointermove", move)
      e.addEventListener("lostpointercapture", up, { once: true })
    })
  }
  const again = () => {
    for (const s of sliders) s.value = s.defaultValue
    for (const s of selects) s.selectedIndex = 0
    rest()
    show()
  }
  const from = root.querySelector("[name=here]")
  if (from) from.onclick = () => { rest(); show(); say() }
  root.querySelector("[name=reset]").onclick = () => { again(); say() }
  const breaking = root.querySelector("[name=break]"), who = root.querySelector("[name=suspect]")
  if (breaking) {
    let turn = Math.floor(Math.random() * lies.length)
    const turnTo = found => {
      lie = found
      run = lie ? compiled([...lines.slice(0, forward), ...lie.lines]) : honest
      moved = lie ? lie.moved : {}
      breaking.classList.toggle("bp-broken", !!lie)
      breaking.textContent = lie ? "mend it" : "break it"
      who.parentNode.hidden = !lie
      who.selectedIndex = 0
      again()
    }
    breaking.onclick = () => {
      turnTo(lie ? null : lies[turn++ % lies.length])
      status.textContent = lie ? "One node lies now. Pull one number at a time: where does the promise fail? Then say who lies."
        : "Every node is honest again."
    }
    who.onchange = () => {
      if (!who.selectedIndex) return
      status.textContent = who.value == lie.liar ? `Found: ${lie.liar} ${lie.said}.`
        : `${who.value} is honest. Pull on: whose promises fail, and what do these have in common?`
    }
  }
  root.addEventListener("keydown", event => {
    held = event.repeat  // a key that is held pulls on, and what happened is said at its end
    event.stopPropagation()  // arrow keys move numbers, not a notebook's cells
  })
  root.addEventListener("keyup", event => {
    if (held && event.target.type == "range") say()
    held = false
  })
  rest()
  show()
}

const all = () => {
  for (const script of document.querySelectorAll("script.bp-markup")) script.parentNode.innerHTML = script.textContent
  for (const root of document.querySelectorAll(".bp-live[data-tape]:not([data-ready])")) {
    const kinds = [...root.querySelectorAll("[data-view]")].map(e => JSON.parse(e.dataset.view).kind)
    if (!kinds.every(kind => bpFigures.views?.[kind])) continue  // until the script with its views is here
    root.dataset.ready = ""
    start(root)
  }
  for (const root of document.querySelectorAll(".bp-stage:not([data-ready])")) {
    root.dataset.ready = ""
    const buttons = root.querySelectorAll(".bp-tabs button"), parts = root.querySelectorAll(":scope > section")
    const show = chosen => buttons.forEach((button, i) => {
      button.setAttribute("aria-pressed", i == chosen)
      parts[i].hidden = i != chosen
    })
    buttons.forEach((button, i) => { button.onclick = () => show(i) })
    show(0)
  }
}
globalThis.bpFigures = { ...globalThis.bpFigures, compiled, digits, width, write, mark, all, F }
if (document.readyState == "loading") addEventListener("DOMContentLoaded", all)
all()
})()
