(() => {
const { compiled, digits, framed, mark, write, all } = bpFigures
const lines = (points, place) => "M" + points.map(point => place(...point).map(n => n.toFixed(1)).join(" ")).join("L")
const SMALLEST = 1e-9

// Numbers of mean 0 and variance 1, as `scatter` of experiments.py makes them.
const scatter = (count, seed) => {
  let state = seed | 0
  const uniform = () => {
    state = state + 1831565813 | 0
    let t = Math.imul(state ^ state >>> 15, state | 1)
    t ^= t + Math.imul(t ^ t >>> 7, t | 61)
    return ((t ^ t >>> 14) >>> 0) / 2 ** 32
  }
  return Float64Array.from({ length: count }, () => {
    let sum = -6
    for (let i = 0; i < 12; i++) sum += uniform()
    return sum
  })
}

// (rows, n) times (n, n), or times its transpose.
const times = (x, w, from, n, transposed) => {
  const y = new Float64Array(x.length)
  for (let r = 0; r < x.length; r += n) for (let i = 0, k = from; i < n; i++) {
    if (transposed) for (let j = 0; j < n; j++, k++) y[r + i] += x[r + j] * w[k]
    else for (let j = 0; j < n; j++, k++) y[r + j] += x[r + i] * w[k]
  }
  return y
}
const size = x => Math.sqrt(x.reduce((sum, number) => sum + number * number, 0) / x.length)

const stack = (e, { depth, deviation, activation, width, examples, seed, window, rules }) => {
  const { frame, place } = framed(e, window), ways = frame.querySelectorAll(".bp-way"), told = e.querySelectorAll(".bp-size")
  const count = examples * width, drawn = scatter(2 * count + window[1] * width * width, seed)
  const run = rules.map(rule => compiled(rule.lines)), state = { x: 0 }
  return (_, now) => {
    const rule = rules[now[activation]], apply = run[now[activation]], scale = now[deviation]
    let a = drawn.slice(0, count), gradient = drawn.slice(count, 2 * count)
    const outputs = [size(a)], slopes = [], deltas = []
    for (let l = 0; l < now[depth]; l++) {
      const z = times(a, drawn, 2 * count + l * width * width, width), slope = new Float64Array(count)
      a = z.map((number, i) => {
        state.x = scale * number
        const found = apply(state)
        slope[i] = found[rule.slope]
        return found[rule.value]
      })
      outputs.push(size(a))
      slopes.push(slope)
    }
    for (let l = now[depth] - 1; l >= 0; l--) {
      const delta = gradient.map((number, i) => number * slopes[l][i])
      deltas.unshift(size(delta))
      gradient = times(delta, drawn, 2 * count + l * width * width, width, true).map(number => scale * number)
    }
    const logarithms = (sizes, start) => sizes.map((s, l) => [l + start, Math.log10(Math.max(s, SMALLEST))])
    mark(ways[0], "d", lines(logarithms(outputs, 0), place))
    mark(ways[1], "d", lines(logarithms(deltas, 1), place))
    write(told[0], digits(outputs.at(-1), 3))
    write(told[1], digits(deltas[0], 3))
  }
}

// Gaussian elimination with pivots.
const solve = (a, b) => {
  const n = b.length
  for (let k = 0; k < n; k++) {
    let pivot = k
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i][k]) > Math.abs(a[pivot][k])) pivot = i
    ;[a[k], a[pivot]] = [a[pivot], a[k]]
    ;[b[k], b[pivot]] = [b[pivot], b[k]]
    for (let i = k + 1; i < n; i++) {
      const factor = a[i][k] / a[k][k]
      for (let j = k; j < n; j++) a[i][j] -= factor * a[k][j]
      b[i] -= factor * b[k]
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    for (let j = k + 1; j < n; j++) b[k] -= a[k][j] * b[j]
    b[k] /= a[k][k]
  }
  return b
}
const chebyshev = (x, degree) => {
  const t = [1, x]
  for (let k = 2; k <= degree; k++) t.push(2 * x * t[k - 1] - t[k - 2])
  return t.slice(0, degree + 1)
}

const polynomial = (e, { degree, penalty, points, noise, window }) => {
  const { frame, place } = framed(e, window), way = frame.querySelectorAll(".bp-way")[1], dots = frame.querySelector(".bp-dots")
  const told = e.querySelectorAll(".bp-error"), grid = Array.from({ length: 121 }, (_, i) => -1 + i / 60)
  const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length
  const spread = mean(noise.map(number => number * number))
  return (_, now) => {
    const n = now[points], d = now[degree]
    const xs = Array.from({ length: n }, (_, i) => -1 + 2 * i / (n - 1)), ys = xs.map((x, i) => Math.sin(3 * x) + noise[i])
    const rows = xs.map(x => chebyshev(x, d))
    const gram = rows[0].map((_, i) => rows[0].map((_, j) => mean(rows.map(row => row[i] * row[j])) + (i && i == j) * 10 ** now[penalty]))
    const c = solve(gram, rows[0].map((_, i) => mean(rows.map((row, k) => row[i] * ys[k]))))
    const at = x => chebyshev(x, d).reduce((sum, t, k) => sum + t * c[k], 0)
    mark(way, "d", lines(grid.map(x => [x, Math.max(-99, Math.min(99, at(x)))]), place))
    mark(dots, "d", xs.map((x, i) => lines([[x, ys[i]]], place) + "h0").join(""))
    write(told[0], digits(Math.sqrt(mean(xs.map((x, i) => (at(x) - ys[i]) ** 2))), 3))
    write(told[1], digits(Math.sqrt(mean(grid.map(x => (at(x) - Math.sin(3 * x)) ** 2)) + spread), 3))
  }
}

const patients = (e, { chosen, window, lines: tapes, rate, steps, starts, points, targets, loss, gradients }) => {
  const { frame, place } = framed(e, window), way = frame.querySelector(".bp-way"), told = e.querySelector(".bp-error")
  const run = tapes.map(compiled), n = points.length
  return (_, now) => {
    const [patient, tenth, anew, repaired] = chosen.map(name => now[name]), wrong = +(patient == 2 && !repaired)
    const speed = rate * (patient == 0 ? 10 : 1) / (tenth ? 10 : 1), names = Object.keys(gradients[wrong])
    const cells = Object.values(gradients[wrong]), sum = new Float64Array(names.length), losses = []
    const state = { x1: 0, x2: 0, sign: 0, ...starts[anew ? 1 : patient == 1 ? 2 : 0] }  // one object for all points and steps
    for (let step = 0; step <= steps; step++) {
      let total = 0
      sum.fill(0)
      for (let i = 0; i < n; i++) {
        [state.x1, state.x2] = points[i]
        state.sign = targets[i] ? 1 : -1
        const value = run[wrong](state)
        total += value[loss] / n
        for (let k = 0; k < cells.length; k++) sum[k] += value[cells[k]] / n
      }
      losses.push(total)
      names.forEach((name, k) => { state[name] -= speed * sum[k] })
    }
    mark(way, "d", lines(losses.map((x, step) => [step, isFinite(x) ? Math.log10(Math.max(x, SMALLEST)) : 9]), place))
    write(told, digits(losses.at(-1), 2))
  }
}

bpFigures.views = { ...bpFigures.views, stack, polynomial, patients }
bpFigures.scatter = scatter
all()
})()
