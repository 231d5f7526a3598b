"""How the glossary's words look in a sentence, and which of them the prose uses in other senses, too."""

# Other forms than the plural with s, es or ies.
FORMS = {
    "cross-entropy": ["cross entropy"],
    "data parallel": ["data-parallel"],
    "flatten": ["flattens", "flattened"],
    "global minimum": ["global minima"],
    "leaf": ["leaves"],
    "local minimum": ["local minima"],
    "saturate": ["saturates", "saturated"],
    "transpose": ["transposes", "transposed"],
    "unbroadcast": ["unbroadcasts"],
}

# Words with an everyday meaning or another technical one: linked on the page that defines them, and on the pages
# named here, where their first mention means what the glossary says. Pages are named as in `page_name`.
ELSEWHERE = {
    "class": ["11", "12"],
    "code": [],
    "constant": ["mathematics"],
    "copy": ["notation"],
    "edge": [],
    "kernel": ["notation"],
    "leaf": ["notation"],
    "leak": [],
    "process": ["notation"],
    "rank": [],
    "return": ["notation"],
    "symmetry": [],
    "thread": [],
    "unit": ["10", "12", "15", "16", "19", "mathematics", "notation"],
    "window": ["notation"],
}

# Words that are linked everywhere save on these pages.
NOT_ON = {
    "activation": ["17"],  # checkpointing
    "autograd": ["history"],  # a library of that name
    "score": ["teaching"],  # of a student
}
