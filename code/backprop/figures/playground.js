(() => {
// Views of a live figure: each makes a function of the tape's values that draws it anew.
const { digits, mark, write, all } = bpFigures

// A plot's inner frame: numbers to places, and what to draw there.
const framed = (e, [low, high, bottom, top]) => {
  const frame = e.querySelector("svg > svg"), wide = +frame.getAttribute("width"), tall = +frame.getAttribute("height")
  return { frame, place: (x, y) => [(x - low) / (high - low) * wide, (top - y) / (top - bottom) * tall] }
}
const fixed = ([x, y]) => `${x.toFixed(1)} ${Math.max(-9999, Math.min(9999, y)).toFixed(1)}`

// The buttons of a legend show and hide what they name.
const switched = (e, groups) => e.querySelectorAll(".bp-legend [data-shown]").forEach((entry, i) => {
  const button = document.createElement("button")
  button.type = "button"
  button.setAttribute("aria-pressed", entry.dataset.shown)
  button.append(...entry.childNodes)
  entry.replaceWith(button)
  button.onclick = () => {
    const shown = button.getAttribute("aria-pressed") != "true"
    button.setAttribute("aria-pressed", shown)
    groups[i].style.display = shown ? "" : "none"
  }
})

const curve = (e, { x, window, series, points, secant }, run) => {
  const [low, high] = window, { frame, place } = framed(e, window)
  const groups = [...frame.children]
  switched(e, groups)
  let others
  return (value, now) => {
    const slopes = series.map(([y, slope]) => [value[y], value[slope]]), at = now[x]
    const changed = JSON.stringify({ ...now, [x]: 0, ...(secant && { [secant]: 0 }) })
    if (changed != others) {  // the curves stay where they are while the point moves along them
      others = changed
      const path = series.map(() => ""), state = { ...now }
      for (let i = 0; i <= points; i++) {
        const here = state[x] = low + (high - low) * i / points, found = run(state)
        series.forEach(([y], k) => {
          if (isFinite(found[y])) path[k] += (path[k] ? "L" : "M") + fixed(place(here, found[y]))
        })
      }
      path.forEach((d, k) => mark(groups[k].querySelector(".bp-curve"), "d", d))
    }
    groups.forEach((group, k) => {
      const [y, slope] = slopes[k], dot = group.querySelector(".bp-point"), [cx, cy] = place(at, y)
      const line = (through, slope) => isFinite(y + slope)
        ? "M" + fixed(place(low, y + slope * (low - at))) + "L" + fixed(place(high, y + slope * (high - at))) : ""
      mark(group.querySelector(".bp-tangent"), "d", line(y, slope))
      dot.style.display = isFinite(y) ? "" : "none"
      mark(dot, "cx", cx.toFixed(1))
      mark(dot, "cy", isFinite(y) ? cy.toFixed(1) : 0)
      if (secant) {
        const beside = run({ ...now, [x]: at + now[secant] })[series[k][0]], second = group.querySelector(".bp-second")
        const [there, up] = place(at + now[secant], beside)
        second.style.display = now[secant] && isFinite(up) ? "" : "none"
        mark(second, "cx", there.toFixed(1))
        mark(second, "cy", isFinite(up) ? up.toFixed(1) : 0)
        mark(group.querySelector(".bp-secant"), "d", line(y, (beside - y) / now[secant]))
      }
    })
  }
}

const differences = (e, { x, power, lowest, cells: [height, slope], window }, run) => {
  const { frame, place } = framed(e, window), groups = [...frame.querySelectorAll("g")]
  const errors = [...e.querySelectorAll(".bp-error")], rows = [...e.querySelectorAll(".bp-digits td:last-child")], left = e.querySelector(".bp-left")
  switched(e, groups)
  return (value, now) => {
    const f = move => run({ ...now, [x]: now[x] + move })[height], exact = value[slope]
    const both = h => [(f(h) - f(0)) / h, (f(h) - f(-h)) / (2 * h)]
    const ways = ["", ""]
    for (let k = 4 * lowest; k <= 0; k++) {
      both(10 ** (k / 4)).forEach((found, i) => {
        ways[i] += (ways[i] ? "L" : "M") + fixed(place(k / 4, Math.log10(Math.max(Math.abs(found - exact), 1e-17))))
      })
    }
    ways.forEach((d, i) => mark(groups[i].querySelector("path"), "d", d))
    const h = +`1e${now[power]}`
    both(h).forEach((found, i) => write(errors[i], digits(Math.abs(found - exact), 2)))
    mark(frame.querySelector(".bp-here"), "d", "M" + fixed(place(now[power], window[3])) + "L" + fixed(place(now[power], window[2])))
    const [up, down] = [f(h), f(-h)].map(number => number.toPrecision(17))
    let same = 0
    while (same < up.length && up[same] == down[same]) same++
    const agreeing = up.slice(0, same).replace(".", "").length
    write(left, `${agreeing} of 17 cancel, ${17 - agreeing} are left.`)
    rows.forEach((row, i) => {
      write(row.firstChild, up.slice(0, same))
      write(row.lastChild, [up, down][i].slice(same))
    })
  }
}

const bars = (e, { cells, low, high, log }) => {
  const all = [...e.querySelectorAll("s")], scale = log ? x => Math.log(Math.max(Math.abs(x), low)) : x => x
  const [from, to] = [scale(low), scale(high)], place = x => 100 * Math.max(0, Math.min(1, (scale(x) - from) / (to - from)))
  const zero = place(0)
  return value => cells.forEach((cell, i) => {
    const end = isFinite(value[cell]) ? place(value[cell]) : zero
    all[i].style.left = `${Math.min(zero, end)}%`
    all[i].style.width = `${Math.abs(end - zero)}%`
  })
}

// The optimizers of `backprop.optimizers`, for a list of numbers: a test compares them.
const optimizers = {
  SGD: ({ rate }) => (w, g) => w.map((x, i) => x - rate * g[i]),
  Momentum: ({ rate, momentum }) => {
    let v = [0, 0]
    return (w, g) => { v = v.map((x, i) => momentum * x - rate * g[i]); return w.map((x, i) => x + v[i]) }
  },
  Adam: ({ rate }) => {
    let m = [0, 0], v = [0, 0], t = 0
    return (w, g) => {
      t++
      m = m.map((x, i) => .9 * x + .1 * g[i])
      v = v.map((x, i) => .999 * x + .001 * g[i] * g[i])
      return w.map((x, i) => x - rate * (m[i] / (1 - .9 ** t)) / (Math.sqrt(v[i] / (1 - .999 ** t)) + 1e-8))
    }
  },
  "no zero_grad": ({ rate }) => {
    let sum = [0, 0]
    return (w, g) => { sum = sum.map((x, i) => x + g[i]); return w.map((x, i) => x - rate * sum[i]) }
  },
}

// Where a function on a grid crosses a height: one line for each cell and each pair of its edges that are crossed.
const contours = (f, [low, high, bottom, top], levels, place, count = 48) => {
  const xs = [...Array(count + 1).keys()].map(i => low + (high - low) * i / count)
  const ys = [...Array(count + 1).keys()].map(i => bottom + (top - bottom) * i / count)
  const rows = ys.map(y => xs.map(x => f(x, y))), above = rows.map(row => row.map(z => levels.filter(level => z >= level).length))
  let d = ""
  for (let j = 0; j < count; j++) for (let i = 0; i < count; i++) {
    const between = above[j][i]
    if (above[j][i + 1] == between && above[j + 1][i] == between && above[j + 1][i + 1] == between) continue  // most cells
    const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]].map(([a, b]) => [xs[a], ys[b], rows[b][a]])
    for (const level of levels) {
      const cut = []
      corners.forEach(([x, y, z], k) => {
        const [toX, toY, to] = corners[(k + 1) % 4]
        if (z < level != to < level) {
          const part = (level - z) / (to - z)
          cut.push(fixed(place(x + part * (toX - x), y + part * (toY - y))))
        }
      })
      for (let k = 0; k + 1 < cut.length; k += 2) d += `M${cut[k]}L${cut[k + 1]}`
    }
  }
  return d
}

const descent = (e, { inputs, window, height, gradients, steps, rate, momentum, methods, levels }, run) => {
  const { frame, place } = framed(e, window), flat = inputs.length == 2
  const groups = [...frame.querySelectorAll("g")], counts = [...e.querySelectorAll(".bp-count")], dot = frame.querySelector(":scope > circle")
  switched(e, groups)
  let others
  return (value, now) => {
    const at = (w, f) => place(w[0], flat ? w[1] : f)
    const start = inputs.map(name => now[name]), first = value[height]
    const [cx, cy] = at(start, first)
    mark(dot, "cx", cx.toFixed(1))
    mark(dot, "cy", Math.max(-99, Math.min(9999, cy)).toFixed(1))
    const changed = JSON.stringify({ ...now, [inputs[0]]: 0, [inputs[1]]: 0, [rate]: 0, [momentum]: 0 })
    const state = { ...now }, look = w => {  // one object for thousands of points
      for (let i = 0; i < inputs.length; i++) state[inputs[i]] = w[i]
      return run(state)
    }
    if (changed != others) {
      others = changed
      const [low, high] = window
      mark(frame.querySelector(".bp-contours"), "d", flat
        ? contours((a, b) => look([a, b])[height], window, levels, place)
        : "M" + [...Array(121).keys()].map(i => low + (high - low) * i / 120)
          .map(x => fixed(place(x, look([x])[height]))).join("L"))
    }
    methods.forEach((name, k) => {
      const { way, arrived } = descend(name, start, steps, now[rate], momentum ? now[momentum] : 0, w => {
        const found = look(w)
        return [found[height], gradients.map(cell => found[cell])]
      })
      mark(groups[k].querySelector(".bp-way"), "d", "M" + way.map(([w, f]) => fixed(at(w, f))).join("L"))
      mark(groups[k].querySelector(".bp-dots"), "d", way.slice(0, 60).map(([w, f]) => `M${fixed(at(w, f))}h0`).join(""))
      const far = way.at(-1)[1]
      write(counts[k], arrived < 0 ? far > 100 * first || !isFinite(far) ? "flies off" : `more than ${steps} steps` : `${arrived} steps`)
    })
  }
}

// The way of an optimizer, and after how many steps it stays below a hundredth of its first height.
const descend = (name, start, steps, rate, momentum, look) => {
  const step = optimizers[name]({ rate, momentum }), way = []
  let w = start, arrived = -1
  for (let t = 0; t <= steps; t++) {
    const [f, g] = look(w)
    way.push([w, f])
    if (!isFinite(f) || Math.abs(f) > 1e12) { arrived = -1; break }
    if (f > way[0][1] / 100) arrived = -1
    else if (arrived < 0) arrived = t
    w = step(w, g)
  }
  return { way, arrived }
}

const matrix = (e, { cells }) => {
  const fields = [...e.querySelectorAll("[data-v]")]
  let before
  return value => {
    const now = cells.map(cell => value[cell])
    if (before && now.some((number, i) => !Object.is(number, before[i]))) {
      fields.forEach((field, i) => field.classList.toggle("bp-touched", !Object.is(now[i], before[i])))
    }
    before = now
  }
}

bpFigures.views = { ...bpFigures.views, curve, descent, differences, bars, matrix }
Object.assign(bpFigures, { descend, framed })
all()
})()
