"""A figure that is walked through: one radio button for each step, and CSS that shows what belongs to it.

The steps work without a script: a radio button is all that a step is. The four buttons beside them
choose another one; where scripts are off, they aren't shown.
"""

from xml.sax.saxutils import escape

from .svg import legal

FAR = 999
BUTTONS = {"first": -FAR, "back": -1, "next": 1, "last": FAR}  # how many steps each of them goes
# A button chooses another step; what leads no further says so, and keeps the focus.
CHOOSE = (
    "const r=[...this.querySelectorAll('input')],n=r.length-1,b=event.target;let i=r.findIndex(e=>e.checked);"
    "if(b.type=='button')r[i=Math.max(0,Math.min(n,i+ +b.value))].checked=true;"
    "for(const b of this.querySelectorAll('button'))b.setAttribute('aria-disabled',i==(b.value<0?0:n))"
)

STYLE = """
.bp-steps{margin:0}
.bp-steps fieldset{border:0;margin:0;padding:0;min-width:0}
.bp-steps legend{font-weight:600;font-size:.9em;padding:0}
.bp-steps .bp-controls,.bp-steps .bp-controls span{display:flex;flex-wrap:wrap;align-items:center;gap:.35em .5em}
.bp-steps button{font:inherit;font-size:.9em;padding:.3em .8em;color:inherit;background:transparent;\
border:1px solid currentColor;border-radius:.4em;cursor:pointer}
.bp-steps [aria-disabled=true]{opacity:.5;cursor:default}
.bp-steps input{margin:0;width:1.15em;height:1.15em;accent-color:var(--bp-gradient,#c24e00)}
.bp-steps button:focus-visible,.bp-steps input:focus-visible{outline:3px solid var(--bp-gradient,#c24e00);\
outline-offset:2px}
.bp-steps .bp-say{min-height:3.4em;margin:.5em 0 0}
@media (scripting:none){.bp-steps button{display:none}}
@media screen{@supports selector(:has(*)){.bp-steps .bp-say p{display:none;margin:0}
.bp-steps [class*="at-"]{visibility:hidden}
RULES}}
@media print{.bp-steps .bp-controls,.bp-steps legend{display:none}.bp-steps .bp-say p{margin:0}}
"""


def style_of(steps):
    return STYLE.replace("RULES", "\n".join(map(_rules, range(len(steps)))))


def html_of(pictures, steps):
    """The pictures of a graph, with the sentence of each step and the buttons that walk through them."""
    last = len(steps) - 1
    radios = "".join(
        f'<input type="radio" name="step" value="{step}" aria-label="Step {step} of {last}"{" checked" * (step == 0)}>'
        for step in range(len(steps))
    )
    buttons = "".join(
        f'<button type="button" value="{far}" aria-disabled="{"true" if far < 0 or not last else "false"}">{name}</button>'
        for name, far in BUTTONS.items()
    )
    sentences = "".join(
        f'<p class="say-{step}"><strong>Step {step} of {last}.</strong> {escape(legal(sentence))}</p>'
        for step, sentence in enumerate(steps)
    )
    # The form keeps the radio buttons of one figure apart from those of another; "dialog" sends nothing.
    return (
        f'<form class="bp-steps" method="dialog" autocomplete="off" onkeydown="event.stopPropagation()" '
        f'onclick="{escape(CHOOSE)}">{pictures}<fieldset>'
        f"<legend>Walk through the graph</legend>"
        f'<div class="bp-controls">{buttons}<span>{radios}</span></div></fieldset>'
        f'<div class="bp-say" role="status">{sentences}</div></form>'
    )


def _rules(step):
    """What step number `step` shows: its sentence, its node, and all numbers up to here, the newest in bold."""
    here = f".bp-steps:has(input:nth-of-type({step + 1}):checked)"
    from_here = f".bp-steps:has(input:nth-of-type(n+{step + 1}):checked)"
    return (
        f"{from_here} .at-{step}{{visibility:visible}}"
        f"{here} .say-{step}{{display:block}}"
        f"{here} .at-{step}{{font-weight:700}}"
        f"{here} .now-{step}{{stroke-width:3.5;fill:var(--bp-now,rgba(213,94,0,.22))!important}}"
    )
