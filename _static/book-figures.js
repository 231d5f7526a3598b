// Words and figures point at each other, and a Predict box takes an answer.

(() => {
  // A name in code style lights up its node in the figure next to it, and a node the names that tell of it.
  const article = document.querySelector(".bd-article")
  if (!article) return
  const figures = [...article.querySelectorAll(".bp-graph")]
  const before = (a, b) => !!(a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING)
  const found = (figure, name) => [...figure.querySelectorAll("[data-node],.bp-name")].filter(
    e => e.dataset.node == name || (!e.dataset.node && e.textContent == name))
  const pairs = []
  for (const word of article.querySelectorAll(":is(p, li, td) > code")) {
    const name = word.textContent.trim(), section = word.closest("section")
    const near = figures.filter(f => section && section.contains(f) && found(f, name).length)
    const figure = near.filter(f => before(f, word)).pop() || near[0]
    if (!figure) continue
    const nodes = found(figure, name)
    pairs.push([word, nodes])
    word.tabIndex = 0
    word.classList.add("bp-points")
  }
  const light = (things, on) => things.forEach(thing => thing.classList.toggle("bp-lit", on))
  for (const [word, nodes] of pairs) {
    const on = () => light([word, ...nodes], true), off = () => light([word, ...nodes], false)
    for (const event of ["pointerenter", "focus"]) word.addEventListener(event, on)
    for (const event of ["pointerleave", "blur"]) word.addEventListener(event, off)
    for (const node of nodes) {
      const words = pairs.filter(p => p[1].includes(node)).map(p => p[0])
      node.addEventListener("pointerenter", () => light([node, ...words], true))
      node.addEventListener("pointerleave", () => light([node, ...words], false))
    }
  }

  // A guess is told how far off it was; then the page shows.
  const digits = number => String(+number.toPrecision(6)).replace("-", "\u2212")
  const numbers = text => (text.match(/[\u2212-]?\d[\d,]*\.?\d*(?:e[+-]?\d+)?/g) || []).map(n => +n.replace(/,/g, "").replace("\u2212", "-"))
  for (const guess of document.querySelectorAll(".bp-guess")) {
    const answer = guess.closest(".bp-answer"), status = guess.querySelector("[role=status]")
    const open = () => answer.classList.add("open")
    for (const choice of guess.querySelectorAll("button[type=button]")) {
      choice.onclick = () => {
        const right = guess.querySelector("[data-right]")
        status.textContent = choice == right ? "Yes." : `Not quite: ${right.textContent}.`
        choice.setAttribute("aria-pressed", "true")
        open()
      }
    }
    guess.onsubmit = event => {
      event.preventDefault()
      const what = guess.dataset.what, shown = answer.querySelector(".bp-covered")
      const place = what && shown.querySelector(what.replace(/^(gradient|value) of (.*)$/, (_, kind, name) => `[data-${kind}="${CSS.escape(name)}"]`))
      const right = numbers((place || shown.querySelector(".cell_output") || shown).textContent).pop()
      const typed = numbers(guess.querySelector("input").value)[0]
      if (typed === undefined) return status.textContent = "Type a number, such as 1.5."
      const off = typed - right
      status.textContent = Math.abs(off) <= 0.005 * Math.abs(right) ? `Yes: ${digits(right)}.`
        : `It is ${digits(right)}; yours is ${digits(Math.abs(off))} too ${off > 0 ? "large" : "small"}.`
      open()
    }
  }

  // The marked node of a step is always in view.
  addEventListener("change", event => {
    const form = event.target.closest?.(".bp-steps")
    if (form) into(form)
  })
  addEventListener("click", event => { const form = event.target.closest?.(".bp-steps"); if (form) into(form) })
  const into = form => {
    const step = [...form.elements].find(e => e.type == "radio" && e.checked)?.value
    for (const box of form.querySelectorAll(".bp-across, .bp-down")) {
      const node = box.querySelector(`.now-${step}`)
      if (!node || !node.getClientRects().length || box.scrollWidth <= box.clientWidth) continue
      const at = node.getBoundingClientRect(), frame = box.getBoundingClientRect()
      box.scrollLeft += at.left + at.width / 2 - frame.left - frame.width / 2
    }
  }
})()
