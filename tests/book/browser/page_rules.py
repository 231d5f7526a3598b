"""What a page in a browser must obey: each rule takes the page and returns a list of findings.

A finding names the element. An empty list means that the rule is kept. What a page complains of, asks for and doesn't
get is kept by `pages.watch`.
"""

# Tell an element by the nearest id above it; skip what a closed fold or the screen hides.
TOOLS = """
  const told = element => {
    const own = element.localName + [...element.classList].map(name => '.' + name).join('')
    const home = element.closest('[id]')
    return home && home !== element ? `#${home.id} ${own}` : element.id ? `${own}#${element.id}` : own
  }
  const style = element => getComputedStyle(element)
  const scrolls = box => /auto|scroll/.test(style(box).overflowX) && box.scrollWidth > box.clientWidth + 1
  const folded = element => {
    for (let fold = element; (fold = fold.parentElement?.closest('details:not([open])')); )
      if (element.closest('summary')?.parentElement !== fold) return true
    return false
  }
  // A figure may have a form for a wide and one for a narrow column. With scripts, what a Predict box asks for is
  // covered until a reader presses a button, and buttons choose one section of several.
  const scripts = !matchMedia('(scripting: none)').matches
  const FORMS = '.bp-across, .bp-down' + (scripts ? ', .bp-stage > section' : '')
  const waiting = element => {
    if (scripts && element.closest('.bp-answer:not(.open) > .bp-covered')) return true
    for (let form = element; (form = form.closest(FORMS)); form = form.parentElement)
      if (!form.getClientRects().length && [...form.parentElement.children].some(
        other => other.matches(FORMS) && other.getClientRects().length)) return true
    return false
  }
"""


def find(page, function, argument=None):
    """Run a JavaScript function in the page, which may use the tools above."""
    return page.evaluate(f"argument => {{ {TOOLS} return ({function})(argument) }}", argument)


def wider_than_the_window(page):
    """The page itself never scrolls sideways: what is too wide scrolls in a box of its own."""
    return find(
        page,
        """() => {
      const width = document.documentElement.clientWidth
      if (document.scrollingElement.scrollWidth <= width) return []
      const boxed = element => { while ((element = element.parentElement)) if (style(element).overflowX != 'visible'
        && element !== document.body && element !== document.documentElement) return true }
      const sticksOut = element => element.getBoundingClientRect().right > width + 1 && !boxed(element)
      const found = [...document.body.querySelectorAll('*')].filter(sticksOut)
      const why = found.slice(0, 5).map(told).join(', ') || 'nothing that can be named'
      return [`${document.scrollingElement.scrollWidth} px wide in a window of ${width}: ${why}`]
    }""",
    )


def unreachable_boxes(page):
    """What scrolls sideways can be reached by keyboard: it takes the focus, or something in it does."""
    return find(
        page,
        """() => {
      const reachable = box => box.tabIndex >= 0 || [...box.querySelectorAll('*')].some(e => e.tabIndex >= 0)
      const shown = box => box.getClientRects().length > 0 && !folded(box)
      const boxes = [...document.querySelectorAll('main *')].filter(box => shown(box) && scrolls(box))
      return boxes.filter(box => !reachable(box)).map(told)
    }""",
    )


def outside_the_column(page):
    """A graph stays inside the column of the text, and what is too wide for it scrolls."""
    return find(
        page,
        """() => {
      const column = document.querySelector('article')?.getBoundingClientRect()
      const frames = [...document.querySelectorAll('article svg.backprop-graph')].map(graph => graph.parentElement)
      const outside = frame => {
        const box = frame.getBoundingClientRect()
        const stays = column.left <= box.left + 1 && box.right <= column.right + 1
        return box.width > 0 && !(stays && (frame.scrollWidth <= frame.clientWidth + 1 || scrolls(frame)))
      }
      return frames.filter(outside).map(told)
    }""",
    )


def hidden_text(page):
    """The text, the formulas and the code of a page are laid out and can be seen; only a closed fold hides its own.

    Of a figure with steps, the sentences and numbers of later steps are hidden for a reason; of a fold's title, one of
    two forms; of a citation, the label; and buttons and fields that do nothing, or nothing more.
    """
    return find(
        page,
        """() => {
      const main = document.querySelector('main article') || document.querySelector('main .bd-search-container')
      if (!main) return ['the page has no text']
      const apart = 'script, style, noscript, template, svg title, svg desc, annotation, .visually-hidden, '
        + '.headerlink, .pst-js-only, .bp-steps, .citation > .label, .bp-reveal, .bp-guess, .bp-tabs, .bp-pulls, '
        + '.bp-promise, .bp-promised, '
        + 'details[open] .collapsed, details:not([open]) .expanded'
      const seen = element => element.checkVisibility({visibilityProperty: true, opacityProperty: true})
      const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT)
      const findings = [], range = document.createRange()
      while (walker.nextNode()) {
        const text = walker.currentNode, home = text.parentElement
        if (!text.data.trim() || home.closest(apart) || folded(home) || waiting(home)) continue
        range.selectNodeContents(text)
        const area = [...range.getClientRects()].some(box => box.width > 0 && box.height > 0)
        if (!area || !seen(home)) findings.push(`${told(home)}: ${text.data.trim().slice(0, 60)}`)
      }
      return findings
    }""",
    )


def unheard(page):
    """A screen reader is told what is what: names, roles and states that axe doesn't ask for.

    Figures have names of their own, cells are groups, tables have heads, sliders say their values, and the buttons of
    steps whether they lead further. No number speaks up by itself: of a figure only its sentence does.
    """
    return find(
        page,
        """() => {
      const seen = element => element.checkVisibility() && !element.closest('[aria-hidden=true]')
      const all = selector => [...document.querySelectorAll(selector)].filter(seen)
      const findings = [], lacking = (selector, what) => {
        for (const element of all(selector)) findings.push(`${told(element)} ${what}`)
      }
      const names = new Set()
      const figures = 'article :is(svg, canvas)[role=img], article img, .bp-graph[role=group], .bp-graph > [role=group]'
      for (const figure of all(figures)) {
        const name = figure.getAttribute('aria-label') || figure.alt
        if (names.has(name)) findings.push(`${told(figure)}: another figure has this name: ${name.slice(0, 60)}`)
        names.add(name)
      }
      lacking(':is(.cell_input, .cell_output):not([role=group][aria-label])', 'is no group with a name')
      lacking('article th:not([scope])', 'heads nothing')
      lacking(':is(.bp-live, .bp-classifier) input[type=range]:not([aria-valuetext])', 'has no value in words')
      lacking('article output', 'speaks at each change')
      lacking('.bp-reveal:not([aria-expanded])', 'does not say that it opens')
      lacking('article :is([role=region], section[aria-label]:not([role]))', 'is a landmark')
      for (const part of all('header, nav, aside, main, footer'))
        if (!part.textContent.trim()) findings.push(`${told(part)} is an empty landmark`)
      for (const figure of all('.bp-steps')) {
        const buttons = [...figure.querySelectorAll('button')].map(button => button.ariaDisabled)
        const last = [...figure.querySelectorAll('input')].at(-1).checked
        if (last && buttons.join() != 'false,false,true,true') findings.push(`${told(figure)}: "next" at the end`)
        if (/\\d/.test(figure.querySelector('svg').ariaLabel.replace(/(graph of \\S+|number \\d+)/g, '')))
          findings.push(`${told(figure)}: its label tells its numbers before they come`)
      }
      return findings
    }""",
    )


def missing_pictures(page):
    """Every picture and drawing of the text takes its place, and has come."""
    return find(
        page,
        """() => {
      const came = picture => picture.localName != 'img' || (picture.complete && picture.naturalWidth > 0)
        || picture.loading == 'lazy'
      const placed = picture => picture.getBoundingClientRect().width > 1 && picture.getBoundingClientRect().height > 1
      return [...document.querySelectorAll('article img, article svg')]
        .filter(picture => !folded(picture) && !waiting(picture) && !picture.closest('[hidden], .pst-js-only, .copybtn'))
        .filter(picture => !(placed(picture) && came(picture))).map(told)
    }""",
    )


def faint_drawings(page):
    """Texts in drawings stand out from what they stand on, by WCAG 2.1 AA: axe measures no SVG.

    A text stands on the last shape drawn before it that covers its middle, or else on the ground of the page.
    """
    texts = find(
        page,
        """async () => {
      const numbers = color => (color.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number)
      const over = ([r, g, b, a = 1], ground) => [r, g, b].map((part, i) => part * a + ground[i] * (1 - a))
      const pixels = new Map()
      for (const image of document.querySelectorAll('main article svg image')) {
        const picture = Object.assign(new Image(), {src: image.href.baseVal})
        await picture.decode()
        const {naturalWidth: width, naturalHeight: height} = picture
        const context = Object.assign(document.createElement('canvas'), {width, height}).getContext('2d')
        context.drawImage(picture, 0, 0)
        pixels.set(image, context)
      }
      const pixel = (image, [x, y]) => {
        const box = image.getBoundingClientRect(), context = pixels.get(image), {width, height} = context.canvas
        const [r, g, b, a] = context.getImageData((x - box.x) / box.width * width, (y - box.y) / box.height * height, 1, 1).data
        return [r, g, b, a / 255]
      }
      const fill = (shape, point) => {
        if (pixels.has(shape)) return pixel(shape, point)
        const [r, g, b, a = 1] = style(shape).fill == 'none' ? [0, 0, 0, 0] : numbers(style(shape).fill)
        return [r, g, b, a * style(shape).fillOpacity * style(shape).opacity]
      }
      const ground = element => {
        const own = numbers(style(element).backgroundColor)
        if (!element.parentElement) return own[3] === 0 ? [255, 255, 255] : own.slice(0, 3)
        return own[3] === 0 ? ground(element.parentElement) : over(own, ground(element.parentElement))
      }
      const middle = text => { const b = text.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2] }
      const covers = (shape, [x, y]) => {
        const box = shape.getBoundingClientRect()
        return box.left <= x && x <= box.right && box.top <= y && y <= box.bottom
      }
      const found = []
      for (const drawing of document.querySelectorAll('main article svg')) {
        if (!drawing.getClientRects().length || folded(drawing)) continue
        const page = ground(drawing)
        const shapes = [...drawing.querySelectorAll('rect, circle, ellipse, polygon, image')]
        for (const text of drawing.querySelectorAll('text, tspan')) {
          const words = [...text.childNodes].filter(node => node.nodeType == 3).map(node => node.data.trim()).join('')
          if (!words || style(text).visibility != 'visible' || !text.getClientRects().length) continue
          const behind = shapes.filter(shape => style(shape).visibility == 'visible' && covers(shape, middle(text))
            && shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING)
          const under = behind.reduce((ground, shape) => over(fill(shape, middle(text)), ground), page)
          found.push({text: `${told(text)}: ${words}`, color: over(fill(text), under), ground: under})
        }
      }
      return found
    }""",
    )
    ratios = [(entry["text"], contrast(entry["color"], entry["ground"])) for entry in texts]
    return [f"{text} has a contrast of {ratio:.1f}, less than 4.5" for text, ratio in ratios if ratio < 4.5]


def contrast(text, ground):
    """The ratio of two colors by WCAG 2.1, whose level AA wants 4.5."""
    one, other = sorted(map(_luminance, (text, ground)))
    return (other + 0.05) / (one + 0.05)


def _luminance(color):
    parts = [part / 255 for part in color]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear))


def foreign_requests(requested, home):
    """Nothing is asked of anybody but the site itself; data: and blob: addresses ask nobody."""
    return [url for url in requested if not url.startswith((f"{home}/", "data:", "blob:"))]
