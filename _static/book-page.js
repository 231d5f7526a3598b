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
