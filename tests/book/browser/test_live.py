"""Live figures on built pages, the answers that Predict boxes cover, and words that point at figures."""

import pytest

from backprop import Variable
from backprop.figures.sentences import number_text
from browser.pages import FIRST

BILL = {"price": 110.0, "count": 3.0, "tax": 1.2}
PHONE, WIDE = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


def pull(figure, name, to):
    figure.locator(f'input[name="{name}"]').evaluate(
        """(slider, to) => {
          slider.value = to
          for (const kind of ['input', 'change']) slider.dispatchEvent(new Event(kind, {bubbles: true}))
        }""",
        to,
    )


def shown(figure, kind, name):
    """What can be seen of a number, wherever in the figure it is."""
    found = figure.locator(f'svg [data-{kind}="{name}"]:visible').all_text_contents()
    assert found, f"no {kind} of {name} is to be seen"
    assert len(set(found)) == 1
    return found[0]


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_bill_is_pulled(visit, viewport):
    page = visit("chapters/01-computation-graphs", viewport=viewport)
    page.locator(".bp-reveal").evaluate_all("buttons => buttons.forEach(button => button.onclick())")
    figure = page.locator(".bp-live").first
    leaves = {name: Variable(value, name) for name, value in BILL.items()}
    total = leaves["price"] * leaves["count"] * leaves["tax"]
    total.backward()
    for name, value in BILL.items():
        pull(figure, name, value)
    assert shown(figure, "value", "total") == number_text(total.data)
    for name, leaf in leaves.items():
        assert shown(figure, "value", name) == number_text(leaf.data)
        assert shown(figure, "gradient", name) == number_text(leaf.grad)
    assert (
        "raised price by 10 and raised count by 1 and raised tax by 0.1" in figure.locator(".bp-promise").inner_text()
    )
    assert page.complaints == []


def test_the_first_page_opens_with_it(visit):
    page = visit(FIRST)
    stage = page.locator(".bp-stage")
    sections = stage.locator("> section")
    assert [section.is_visible() for section in sections.all()] == [True, False, False]
    bill = sections.nth(0)
    pull(bill, "price", 150)
    assert shown(bill, "value", "total") == number_text((150 * 2 + 5) * 1.1)
    bill.locator("[name=break]").click()
    assert bill.locator("[name=suspect]").is_visible()
    liars = bill.locator("[name=suspect] option").all_text_contents()[1:]
    verdicts = []
    for liar in liars:
        bill.locator("[name=suspect]").select_option(label=liar)
        verdicts.append(bill.locator(".bp-promise").inner_text())
    assert sum(verdict.startswith("Found: ") for verdict in verdicts) == 1
    assert sum("is honest" in verdict for verdict in verdicts) == len(liars) - 1
    bill.locator("[name=break]").click()
    assert shown(bill, "value", "total") == "225.5"

    stage.get_by_role("button", name="a network").click()
    network = sections.nth(1)
    before = network.locator(".bp-promise").inner_text()
    network.locator("[name=step]").click()
    after = network.locator(".bp-promise").inner_text()
    losses = [float(text.partition("loss ")[2].partition(" nats")[0]) for text in (before, after)]
    assert before.startswith("Step 0:") and after.startswith("Step 1:") and losses[1] < losses[0]

    stage.get_by_role("button", name="ten layers").click()
    chain = sections.nth(2)
    widths = chain.locator(".bp-flow").evaluate_all("lines => lines.map(line => +line.getAttribute('stroke-width'))")
    assert widths == sorted(widths) and widths[0] <= 0.1 < 2 < widths[-1]
    assert page.complaints == []


def test_the_network_computes_what_python_computes(visit):
    """The loss of the page's first weights, and its gradient, from the package's operations over all points at once."""
    page = visit(FIRST)
    import json

    import numpy as np

    data = json.loads(page.locator(".bp-classifier").get_attribute("data-network"))
    points, signs = np.array(data["points"]), np.where(np.array(data["targets"]) == 1, 1.0, -1.0)
    weights = {name: Variable(value, name) for name, (value, _) in data["weights"].items()}
    score = weights["bias of out"]
    for j in range(1, 5):
        hidden = points[:, 0] * weights[f"x1→h{j}"] + points[:, 1] * weights[f"x2→h{j}"] + weights[f"bias of h{j}"]
        score = hidden.tanh() * weights[f"h{j}→out"] + score
    loss = ((score * -signs).exp() + 1).log().mean()
    loss.backward()
    found = page.evaluate(
        """data => {
          const run = bpFigures.compiled(data.lines), names = Object.keys(data.weights)
          const weights = Object.fromEntries(names.map(n => [n, data.weights[n][0]]))
          let loss = 0, gradient = names.map(() => 0), count = data.points.length
          data.points.forEach(([x1, x2], i) => {
            const value = run({...weights, x1, x2, sign: data.targets[i] ? 1 : -1})
            loss += value[data.loss] / count
            names.forEach((n, k) => { gradient[k] += value[data.weights[n][1]] / count })
          })
          return [loss, ...gradient]
        }""",
        data,
    )
    np.testing.assert_allclose(found, [loss.data, *(w.grad for w in weights.values())], rtol=1e-10, atol=1e-14)


def test_an_answer_is_covered_until_it_is_asked_for(visit):
    page = visit("chapters/01-computation-graphs")
    answers = page.locator(".bp-answer")
    assert answers.count() > 5
    first = answers.first
    assert not first.locator(".bp-covered").is_visible()
    first.locator(".bp-reveal").click()
    assert first.locator(".bp-covered").is_visible() and not first.locator(".bp-reveal").is_visible()
    page.emulate_media(media="print")
    assert all(covered.is_visible() for covered in page.locator(".bp-covered").all())


def test_a_link_to_a_figure_shows_it(visit):
    page = visit("chapters/01-computation-graphs")
    covered = page.locator(".bp-covered figure")
    assert covered.count() > 1
    page.locator("body").evaluate("(_, id) => { location.hash = id }", covered.last.get_attribute("id"))
    assert covered.last.is_visible() and not covered.first.is_visible()


def test_without_scripts_nothing_is_covered(visit):
    page = visit("chapters/01-computation-graphs", java_script_enabled=False)
    assert all(covered.is_visible() for covered in page.locator(".bp-covered").all())
    assert not any(button.is_visible() for button in page.locator(".bp-reveal, .bp-guess, .bp-pulls").all())
    assert page.locator(".bp-live svg:visible").count() == 1


def test_a_guess_is_told_how_far_off_it_was(visit):
    page = visit("chapters/01-computation-graphs")
    guess = page.locator("form.bp-guess").first
    guess.locator("input").fill("250")
    guess.locator("button").click()
    assert guess.get_by_role("status").inner_text() == "It is 253; yours is 3 too small."
    choice = page.locator("div.bp-guess").first
    choice.get_by_role("button", name="110").click()
    assert choice.get_by_role("status").inner_text() == "Not quite: 2.2."
    assert page.locator(".bp-answer.open").count() == 2


def test_words_and_figures_point_at_each_other(visit):
    page = visit("chapters/01-computation-graphs")
    word = page.locator("code.bp-points", has_text="price").last
    figure = page.locator(".bp-graph:has(.bp-lit)")
    assert figure.count() == 0
    word.focus()
    assert figure.count() >= 1
    assert set(page.locator(".bp-graph .bp-lit").all_text_contents()) <= {"price", ""}
    word.evaluate("word => word.blur()")
    assert figure.count() == 0
