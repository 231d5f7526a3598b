(() => {
// The forward pass of TinyTransformer for one sequence; a test compares it with the package's.
const { mark, write } = bpFigures

const half = bits => {
  const sign = bits & 0x8000 ? -1 : 1, power = bits >> 10 & 31, part = bits & 1023
  return sign * (power == 0 ? part * 2 ** -24 : power == 31 ? (part ? NaN : Infinity) : (1 + part / 1024) * 2 ** (power - 15))
}
const unpacked = ({ shapes, weights }) => {
  const bytes = Uint8Array.from(atob(weights), c => c.charCodeAt(0)), words = new Uint16Array(bytes.buffer)
  let start = 0
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => {
    const size = shape.reduce((a, b) => a * b, 1)
    return [name, Float32Array.from(words.subarray(start, start += size), half)]
  }))
}

// x (T, n) times w (n, m), plus b: rows are arrays.
const times = (x, w, b) => x.map(row => {
  const m = w.length / row.length, y = new Float64Array(m)
  row.forEach((number, i) => { for (let j = 0; j < m; j++) y[j] += number * w[i * m + j] })
  return b ? y.map((number, j) => number + b[j]) : y
})
const plus = (x, y) => x.map((row, t) => row.map((number, j) => number + y[t][j]))
const normed = (x, gamma, beta) => x.map(row => {
  const n = row.length, mean = row.reduce((a, b) => a + b) / n
  const root = Math.sqrt(row.reduce((sum, number) => sum + (number - mean) ** 2, 0) / n + 1e-5)
  return row.map((number, j) => gamma[j] * (number - mean) / root + beta[j])
})
const softmax = scores => {
  const most = Math.max(...scores), e = scores.map(s => Math.exp(s - most)), sum = e.reduce((a, b) => a + b)
  return e.map(number => number / sum)
}
const gelu = z => z / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (z + 0.044715 * z ** 3)))

// ids -> the scores after the last token, and the shares that it takes from each token, by block and head.
const transformer = data => {
  const params = unpacked(data), D = params["norm.gamma"].length, d = D / data.heads
  return ids => {
    let x = ids.map((id, t) => Float64Array.from({ length: D }, (_, j) => params["tokens.W"][id * D + j] + params["positions.W"][t * D + j]))
    const shares = []
    for (let b = 1; b <= data.blocks; b++) {
      const p = name => params[`block${b}.${name}`]
      const h = normed(x, p("norm1.gamma"), p("norm1.beta"))
      const [q, k, v] = ["W_q", "W_k", "W_v"].map(name => times(h, p(`attention.${name}`)))
      const mixed = x.map(() => new Float64Array(D)), last = []
      for (let head = 0; head < data.heads; head++) x.forEach((_, t) => {
        const columns = Array.from({ length: d }, (_, j) => head * d + j)
        const found = softmax(ids.slice(0, t + 1).map((_, s) => columns.reduce((sum, j) => sum + q[t][j] * k[s][j], 0) / Math.sqrt(d)))
        found.forEach((share, s) => { for (const j of columns) mixed[t][j] += share * v[s][j] })
        if (t == ids.length - 1) last.push(found)
      })
      shares.push(...last)
      x = plus(x, times(mixed, p("attention.W_o")))
      const wide = times(normed(x, p("norm2.gamma"), p("norm2.beta")), p("expand.W"), p("expand.b")).map(row => row.map(gelu))
      x = plus(x, times(wide, p("contract.W"), p("contract.b")))
    }
    const end = normed(x.slice(-1), params["norm.gamma"], params["norm.beta"])
    return { scores: [...times(end, params["output.W"])[0]], shares }
  }
}

const start = root => {
  const data = JSON.parse(root.dataset.adder), look = transformer(data), field = root.querySelector("input")
  const status = root.querySelector(".bp-promise"), tabs = [...root.querySelectorAll(".bp-buttons button")]
  const bars = [...root.querySelectorAll(".bp-bar")], cells = [...root.querySelectorAll(".bp-share")]
  const characters = [...root.querySelectorAll(".bp-character")], picture = root.querySelector("svg")
  let place = 0
  const show = () => {
    const asked = /^\s*(\d{1,2})\s*\+\s*(\d{1,2})\s*$/.exec(field.value)
    if (!asked) return write(status, "Type two numbers from 0 to 99 with a plus between them, such as 27+58.")
    const question = `${asked[1].padStart(2, "0")}+${asked[2].padStart(2, "0")}=`
    let text = question
    for (let i = 0; i < 3; i++) {
      const { scores, shares } = look([...text].map(c => data.alphabet.indexOf(c))), p = softmax(scores)
      if (i == place) {
        bars.forEach((bar, k) => {
          mark(bar, "height", (70 * p[k]).toFixed(1))
          mark(bar, "y", (20 + 70 * (1 - p[k])).toFixed(1))
        })
        cells.forEach((cell, k) => mark(cell, "fill-opacity", (shares[Math.floor(k / 8)][k % 8] || 0).toFixed(2)))
        characters.forEach((e, k) => write(e, text[k] || ""))
        const likely = p.map((each, k) => [each, data.alphabet[k]]).sort((a, b) => b[0] - a[0]).slice(0, 2)
        mark(picture, "aria-label", `After ${text} the most probable next characters are ` +
          likely.map(([each, c]) => `${c} with ${(100 * each).toFixed(1)}%`).join(", then ") + ". Below, where each head looks.")
      }
      text += data.alphabet[scores.indexOf(Math.max(...scores))]
    }
    const digits = text.slice(6), number = [...digits].reverse().join(""), right = +asked[1] + +asked[2]
    write(status, `It writes ${digits}, the ones first, so ${number.replace(/^0+(?=.)/, "")}. ` +
      (number == String(right).padStart(3, "0") ? "That is right." : `That is wrong: it should be ${right}.`))
  }
  field.addEventListener("input", show)
  tabs.forEach((tab, i) => {
    tab.onclick = () => {
      place = i
      tabs.forEach((other, k) => other.setAttribute("aria-pressed", k == i))
      show()
    }
  })
  root.addEventListener("keydown", event => event.stopPropagation())
  show()
}

const all = () => {
  for (const root of document.querySelectorAll(".bp-adder:not([data-run])")) {
    root.dataset.run = ""
    start(root)
  }
}
if (document.readyState == "loading") addEventListener("DOMContentLoaded", all)
all()
Object.assign(bpFigures, { transformer })
})()
