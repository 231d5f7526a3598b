// What the pages do beyond the theme.

// From disk, no page may read another one: the search shows titles there, without the text around the words.
if (location.protocol == "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

// Boxes that are wider than their column can be reached and scrolled by keyboard, and only those.
(() => {
  const boxes = ".bd-article :is(.text_html, .text_html div, .stored, .stored div, div.math, .output, pre, table)"
  const update = () => {
    for (const box of document.querySelectorAll(boxes)) {
      const scrolls = box.scrollWidth > box.clientWidth && /auto|scroll/.test(getComputedStyle(box).overflowX)
      if (scrolls) box.tabIndex = 0
      else if (box.tabIndex === 0) box.removeAttribute("tabindex")
    }
  }
  let waiting
  const later = () => { clearTimeout(waiting); waiting = setTimeout(update, 400) }  // after the theme's own script
  addEventListener("resize", later)
  addEventListener("load", later)
  for (const event of ["toggle", "click"]) addEventListener(event, later, true)  // a fold or an answer was opened
  update()
})()

// What a copy button shows for a moment is said, too.
addEventListener("load", () => {
  const status = document.createElement("div")
  status.className = "visually-hidden"
  status.setAttribute("role", "status")
  document.body.append(status)
  addEventListener("click", event => {
    const button = event.target.closest?.(".copybtn")
    if (!button) return
    status.textContent = ""
    setTimeout(() => { status.textContent = button.dataset.tooltip }, 200)  // after it was copied
  }, true)  // before its icon, which was clicked, is replaced
  for (const button of document.querySelectorAll(".copybtn")) button.setAttribute("aria-label", "copy")
})

// Each result of a search shows a sentence of its page with the word, or else the first one of the place it leads to.
addEventListener("DOMContentLoaded", () => {
  if (typeof Search == "undefined") return
  const BLOCKS = "p, dd:not(:has(p)), li:not(:has(p)), td"
  const APART = ".cell, .onlyprint, .stored, .path-frame, .bp-covered, details, nav, form, svg, .headerlink"
  Search.makeSearchSummary = (html, words, anchor) => {
    const page = new DOMParser().parseFromString(html, "text/html")
    const main = page.querySelector("article") || page.body
    for (const part of main.querySelectorAll("script, style")) part.remove()
    const lines = main.textContent.split("\n").map(line => line.trim())  // of code, too
    for (const part of main.querySelectorAll(APART)) part.remove()
    const place = anchor ? page.getElementById(decodeURIComponent(anchor.slice(1))) : null
    const term = place?.closest("dt")
    let entry = term
    while (entry?.matches("dt")) entry = entry.nextElementSibling
    const home = entry || place?.closest(BLOCKS) || place?.closest("section")
    const sentences = around => [around, ...around?.querySelectorAll(BLOCKS) || []].filter(one => one?.matches(BLOCKS))
      .flatMap(one => one.textContent.replace(/\s+/g, " ").trim().split(/(?<=[.?!]) (?=[\p{Lu}“(])/u))
    const holds = (sentence, word) => sentence.toLowerCase().includes(word.toLowerCase())
    const every = sentence => [...words].every(word => holds(sentence, word))
    const some = sentence => [...words].some(word => holds(sentence, word))
    const near = sentences(home)
    const all = [...near, ...sentences(home?.closest("section")), ...sentences(main)]
    const found = term && near[0] ? `${term.textContent.trim()}: ${near[0]}` : [...all, ...lines].find(every) || all.find(some) || all[0]
    if (!found) return document.createTextNode("")
    const shown = document.createElement("p")
    shown.className = "context"
    shown.textContent = found.length > 260 ? `${found.slice(0, found.lastIndexOf(" ", 250))} …` : found
    return shown
  }
})
