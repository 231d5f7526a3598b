"""Write code/backprop/prose.txt: the prose of chapters 1 to 19, which the language model of chapter 20 learns from.

    python tools/book_text.py

A paragraph is taken if it is made of plain sentences: no formula, table, list, heading or HTML. Of a link its words
stay, of code and emphasis what is between the marks.
"""

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "code" / "backprop" / "prose.txt"
SENTENCES = re.compile(r"[A-Z][A-Za-z0-9 ,.;:?!'()%-]+[.?!]")


def paragraphs(root=ROOT):
    """The plain paragraphs of the chapters, in order."""
    for number in range(1, 20):
        (path,) = (root / "chapters").glob(f"{number:02d}-*.ipynb")
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                for paragraph in "".join(cell["source"]).split("\n\n"):
                    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", paragraph).replace("*", "").replace("`", "")
                    plain = " ".join(plain.split())
                    if SENTENCES.fullmatch(plain):
                        yield plain


if __name__ == "__main__":
    TARGET.write_text("".join(f"{paragraph}\n" for paragraph in paragraphs()), encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size:,} bytes")
