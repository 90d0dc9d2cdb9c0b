"""The script that the sheet carries: bare Python and the list of the population give the same sample (F70).

It knows nothing of this software: no import but those of every Python, no network, no file but the list.
"""

from __future__ import annotations

from audits.models import Audit, Draw, Item

_TEXT = '''\
"""Draw the sample of audit @NUMBER@ once more. Save the list of its population as population.csv, then run:
python3 -I draw.py population.csv"""
import hashlib, sys

POPULATION = "@POPULATION@"
PERCENT, FLOOR, ROUNDING, MINIMUM = @SETTINGS@  # of 100 cases; cases at least; 99 up, 50 half, 0 down; of a stratum
# In the order in which it was done: drawn (secret, its SHA-256 published before, cases), or replaced (number).
STEPS = [
@STEPS@
]

def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()

def allocate(counts, size, minimum):
    total, size = sum(counts.values()), min(size, sum(counts.values()))
    share = {name: size * count // total for name, count in counts.items()}
    by_remainder = sorted(counts, key=lambda name: (-(size * counts[name] % total), name))
    for name in by_remainder[:size - sum(share.values())]:
        share[name] += 1
    return {name: min(counts[name], max(share[name], minimum)) for name in sorted(counts)}

content = open(sys.argv[1], "rb").read()
assert hashlib.sha256(content).hexdigest() == POPULATION, "This is not the list that was frozen."
left, drawn, replaced = {}, {}, []
for line in content.decode().splitlines():
    number, _head, stratum = line.split(",")
    left.setdefault(stratum, set()).add(number)
for step in STEPS:
    if len(step) == 1:  # the next of the same stratum by the same seed takes its place
        replaced.append(step[0])
        (stratum, seed), sizes = drawn[step[0]], {drawn[step[0]][0]: 1}
    else:
        nonce, committed, size = step
        assert sha(nonce) == committed, "The secret is not the one that was committed to."
        seed, counts = sha(nonce + POPULATION), {name: len(rows) for name, rows in left.items()}
        usual = max(FLOOR, (sum(counts.values()) * PERCENT + ROUNDING) // 100)
        sizes = allocate(counts, size or usual, 0 if size else MINIMUM)
    for stratum, size in sizes.items():
        for number in sorted(left[stratum], key=lambda number: sha(seed + ":" + number))[:size]:
            left[stratum].remove(number)
            drawn[number] = stratum, seed
            print(len(drawn), number, stratum, sep=",")
for number in replaced:
    print("replaced", number, sep=",")
'''


def draw_script(audit: Audit) -> str:
    """Return the script of an audit with everything that was drawn and replaced so far. Three statements."""
    settings = (audit.percent, audit.floor, {"up": 99, "half": 50, "down": 0}[audit.rounding], audit.minimum)
    return (
        _TEXT.replace("@NUMBER@", audit.number)
        .replace("@POPULATION@", audit.population.sha256)
        .replace("@SETTINGS@", ", ".join(map(str, settings)))
        .replace("@STEPS@", _steps(audit))
    )


def _steps(audit: Audit) -> str:
    """Return what was done, in order, with a line for each draw and what was replaced after it."""
    steps: list[tuple[int, str]] = []
    draws = Draw.objects.filter(audit=audit).select_related("commitment").order_by("round")
    firsts = dict(
        Item.objects.filter(audit=audit, replaces=None).order_by("-position").values_list("draw_id", "position")
    )
    for draw in draws:
        row = draw.commitment
        steps.append((firsts.get(draw.pk, 0), f'\n    ("{draw.nonce}", "{row.sha256}", {row.size}),'))
    rows = Item.objects.filter(audit=audit, replacement__isnull=False).values_list("case_id", "replaced_by__position")
    # What had no successor draws nothing: it only has to come after its own draw.
    most = Item.objects.filter(audit=audit).count() + 1
    steps += [(position or most, f' ("C-{case:06d}",),') for case, position in rows]
    return "".join(text for _position, text in sorted(steps)).removeprefix("\n")
