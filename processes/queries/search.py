"""Find places of standards by what people type, in Chinese and in English. A constant number of statements.

Only entries of the definitions named by the caller are looked at, and questions of the processes named:
what is not in force for somebody is neither shown nor counted.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Case, Count, F, IntegerField, Q, QuerySet, Value, When, Window
from django.db.models.expressions import Combinable, RawSQL
from django.db.models.functions import RowNumber

from processes.models import EntryKind, SearchEntry, StepDuty
from procstd.bigrams import MOST_TERMS, Term

#: In which part of the results a kind stands.
SECTIONS = {
    "standards": (EntryKind.STANDARD, EntryKind.CLAUSE),
    "steps": (EntryKind.STEP,),
    "forms": (EntryKind.FORM,),
    "questions": (EntryKind.QUESTION,),
}
#: What a missing piece weighs against one that stands in the text only.
_ABSENT = 4


@dataclass
class Found:
    """What was found, by section: rows in order, and how many there are. *is_near*: nothing has all the words.

    *terms* are what the rows have: what was asked, or pieces of it.
    """

    rows: dict[str, list[SearchEntry]] = field(default_factory=lambda: {name: [] for name in SECTIONS})
    totals: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SECTIONS, 0))
    is_near: bool = False
    terms: Sequence[Term] = ()

    @property
    def total(self) -> int:
        return sum(self.totals.values())


def entries_of(
    definitions: Collection[int], processes: Collection[int] | QuerySet[Any, Any], *, category: str = "", post: str = ""
) -> QuerySet[SearchEntry]:
    """Return what may be looked at: places of *definitions*, questions of *processes*, in one category, of one post."""
    rows = SearchEntry.objects.filter(Q(definition__in=definitions) | Q(definition=None, process__in=processes))
    if category:
        rows = rows.filter(process__category=category)
    if post:
        duties = StepDuty.objects.filter(post=post, entry__definition__in=definitions)
        rows = rows.filter(
            Q(pk__in=duties.values("entry"))
            | Q(definition__in=duties.values("entry__definition")) & ~Q(kind=EntryKind.STEP)
            | Q(kind=EntryKind.QUESTION, process__in=duties.values("entry__process"))
        )
    return rows


def search(rows: QuerySet[SearchEntry], terms: Sequence[Term], *, most: int, section: str = "") -> Found:
    """Return what holds all *terms*, the best *most* of each section, or of one; else what holds some of them.

    A title of a standard goes before that of a step, a form or a question, and these before texts.
    """
    if not terms:
        return Found()
    if section:
        rows = rows.filter(kind__in=SECTIONS[section])
    in_title = Case(
        When(Q(_matches(terms, "title")) & Q(kind=EntryKind.STANDARD), then=Value(0)),
        When(Q(_matches(terms, "title")), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    found = _best(rows.filter(_matches(terms)), in_title, most)
    found.terms = terms
    pieces = list({piece.words: piece for term in terms for piece in term.pairs()}.values())
    if found.total or len(pieces) == 1:
        return found
    pieces = pieces[:MOST_TERMS]
    found = _best(rows.filter(pk__in=_with_some(pieces)), _missing(pieces), most)
    found.is_near, found.terms = True, pieces
    return found


def _missing(pieces: Sequence[Term]) -> Combinable:
    """Return how many of *pieces* an entry lacks, and a little more where the title lacks them."""
    total: Any = Value(0)
    for piece in pieces:
        total = total + Case(
            When(Q(_matches([piece], "title")), then=Value(0)), When(Q(_matches([piece])), then=Value(1)),
            default=Value(_ABSENT), output_field=IntegerField(),
        )  # fmt: skip
    return total


def _best(rows: QuerySet[SearchEntry], rank: Combinable, most: int) -> Found:
    section = Case(
        *(When(kind__in=kinds, then=Value(number)) for number, kinds in enumerate(SECTIONS.values())),
        output_field=IntegerField(),
    )
    ranked = rows.annotate(section=section, rank=rank)
    numbered = ranked.annotate(
        position=Window(
            RowNumber(), partition_by=F("section"),
            order_by=[F("rank").asc(), F("process__code").asc(), F("order").asc(), F("pk").asc()],
        ),
        count=Window(Count("*"), partition_by=F("section")),
    )  # fmt: skip
    best = numbered.filter(position__lte=most).order_by("section", "position")
    keys = list(best.values_list("pk", "section", "count", "rank"))
    loaded = SearchEntry.objects.select_related("process__department", "definition__revision", "question").defer(
        "definition__content", "title_words", "text_words"
    )
    by_key = loaded.in_bulk([key for key, *_rest in keys]) if keys else {}
    names = list(SECTIONS)
    best_of: dict[str, Any] = {}
    for _key, number, _count, best_rank in keys:
        best_of.setdefault(names[number], best_rank)
    # The section with the best row comes first.
    order = sorted(names, key=lambda name: (best_of.get(name, 99), names.index(name)))
    found = Found({name: [] for name in order}, dict.fromkeys(order, 0))
    for key, number, count, _rank in keys:
        if key in by_key:
            found.rows[names[number]].append(by_key[key])
        found.totals[names[number]] = count
    return found


# --- what each database understands: tokens are letters and digits, so nothing has to be escaped ---------------


def _matches(terms: Sequence[Term], part: str = "") -> RawSQL:
    """Tell whether an entry, or its title alone, holds all *terms*."""
    if connection.vendor == "postgresql":
        question = " & ".join(_tsquery(term) for term in terms)
        # Titles stand in a column of their own: that of all words is large and kept aside by the database.
        sql = f"processes_searchentry.{'named' if part else 'words'} @@ to_tsquery('simple', %s)"
    else:
        question = " AND ".join(_fts5(term) for term in terms)
        if part:
            question = f"title_words : ({question})"
        sql = (
            "processes_searchentry.id IN (SELECT rowid FROM processes_searchwords WHERE processes_searchwords MATCH %s)"
        )
    return RawSQL(sql, [question], output_field=BooleanField())  # noqa: S611  (what is typed is a parameter)


def _with_some(pieces: Sequence[Term]) -> RawSQL:
    """Return the entries that hold a third of *pieces* at least: what has less is not near."""
    if connection.vendor == "postgresql":
        one = "SELECT id FROM processes_searchentry WHERE words @@ to_tsquery('simple', %s)"
        questions = [_tsquery(piece) for piece in pieces]
    else:
        one = "SELECT rowid AS id FROM processes_searchwords WHERE processes_searchwords MATCH %s"
        questions = [_fts5(piece) for piece in pieces]
    # Each piece by the index, counted by entry: no row is looked at twelve times.
    hits = " UNION ALL ".join([one] * len(pieces))
    sql = f"SELECT id FROM ({hits}) AS hits GROUP BY id HAVING COUNT(*) >= %s"  # noqa: S608  (of our own words)
    return RawSQL(sql, [*questions, -(-len(pieces) // 3)])  # noqa: S611  (what is typed is a parameter)


def _tsquery(term: Term) -> str:
    return f"{term.tokens[0]}:*" if term.is_beginning else "(" + " <-> ".join(term.tokens) + ")"


def _fts5(term: Term) -> str:
    return f'"{" ".join(term.tokens)}"' + (" *" if term.is_beginning else "")
