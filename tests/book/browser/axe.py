"""axe-core on a page: WCAG 2.2, levels A and AA."""

import sys
from importlib.resources import files
from pathlib import Path

# What npm put beside this Python, as .ci/run does; else the older one that the wrapper for Python brings.
NEWEST = Path(sys.prefix) / "node_modules" / "axe-core" / "axe.min.js"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ON_TRIAL = "label-content-name-mismatch"  # 2.5.3, level A: axe leaves it out unless it is asked
COLOURS = ["color-contrast", "link-in-text-block"]

# A page has thousands of texts, and axe takes milliseconds for each. So of those that look the same, from their own
# colors to the grounds behind them, it measures three (of one that is half scrolled away it can say nothing), and no
# text in drawings, which it can't measure (page_rules does).
WHERE_COLOURS_DIFFER = """() => {
  const looks = new Map(), seen = new Map(), style = element => getComputedStyle(element)
  const grounds = element => {
    if (!element) return ''
    if (!looks.has(element)) {
      const {backgroundColor, backgroundImage, opacity} = style(element)
      const own = [backgroundColor, backgroundImage, opacity].join()
      const behind = grounds(element.parentElement)
      looks.set(element, own == 'rgba(0, 0, 0, 0),none,1' ? behind : own + behind)
    }
    return looks.get(element)
  }
  const chosen = element => {
    if (![...element.childNodes].some(node => node.nodeType == 3 && node.data.trim())) return false
    const {color, fontSize, fontWeight, textDecorationLine} = style(element)
    const beside = style(element.parentElement).color  // a link must differ from the words around it
    const look = [color, fontSize, fontWeight, textDecorationLine, beside, grounds(element)].join()
    if (element.closest('svg') || !element.checkVisibility()) return false
    seen.set(look, (seen.get(look) || 0) + 1)
    return seen.get(look) <= 3
  }
  return [...document.body.querySelectorAll('*')].filter(chosen)
}"""
# Of a single letter axe says that it may be no text; in formulas and numbers it is, so it counts like a word.
RUN = """async options => {
  const {violations, incomplete} = await axe.run((WHERE)(), options)
  const letters = incomplete.map(rule => ({...rule, nodes: rule.nodes.flatMap(node => {
    const faint = node.any.find(check => check.data?.messageKey == 'shortTextContent')?.data
    const failureSummary = `a letter with a contrast of ${faint?.contrastRatio}: ${faint?.fgColor} on ${faint?.bgColor}`
    return faint?.bgColor ? [{...node, failureSummary}] : []  // without it, the ground is what axe isn't sure of
  })}))
  return [...violations, ...letters]
}"""


def ready(page):
    """Put axe-core into a page, once."""
    if not page.evaluate("'axe' in window"):
        source = NEWEST if NEWEST.is_file() else files("axe_playwright_python") / "axe.min.js"
        page.evaluate(source.read_text(encoding="utf-8"))


def violations(page, rules=None, but=(), where="() => document"):
    """Return what axe finds, a line for each rule and element; `rules`: only these, `but`: not these."""
    ready(page)
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": LEVELS}
    options = {"runOnly": only, "rules": {rule: {"enabled": False} for rule in but}}
    if not rules:
        options["rules"][ON_TRIAL] = {"enabled": True}
    # No preload: axe asks for imported styles at wrong addresses. It needs them for css-orientation-lock alone.
    options |= {"preload": False, "resultTypes": ["violations", "incomplete"]}
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))}: {' '.join(node['failureSummary'].split())}"
        for rule in page.evaluate(RUN.replace("WHERE", where), options)
        for node in rule["nodes"]
    ]


def faint_text(page):
    """Return the texts that stand out too little from their ground, and the links that do from their sentence."""
    return violations(page, COLOURS, where=WHERE_COLOURS_DIFFER)
