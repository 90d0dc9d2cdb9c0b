"""Make what the process centre finds: entries of a released definition, of a question; and repair them.

A definition never changes, so its entries are made once, when it is put in force. What is in force now is
asked when somebody searches: a switch moves no row. The sweep makes what lacks, for example after an
update of the software, and throws away what no release will show again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from processes.domain.clauses import clauses_of
from processes.domain.parsing import parse
from processes.domain.standard import Form, Standard, Step, Words
from processes.models import Definition, EntryKind, Process, Question, Release, SearchEntry, StepDuty
from procstd.alone import each_alone
from procstd.bigrams import index_words
from procstd.bilingual import in_each_language
from procstd.logs import log

#: Rises when entries of the same text would be made in another way: the sweep then makes all of them again.
EDITION = 1
_TITLE_MOST = 300
_BATCH = 50


def ensure_indexed(definition: Definition) -> None:
    """Make the entries of a definition, unless they are there."""
    if not SearchEntry.objects.filter(definition=definition, edition=EDITION).exists():
        index_definition(definition)


@transaction.atomic
def index_definition(definition: Definition) -> int:
    """Make the entries of a definition anew; tell how many. A number of statements that does not grow."""
    process = definition.revision.process
    # Two workers at once would both find nothing: whoever comes second waits here, and makes it anew.
    Process.objects.select_for_update().get(pk=process.pk)
    SearchEntry.objects.filter(definition=definition).delete()
    if not definition.is_intact:
        return 0
    standard = parse(definition.load())
    rows = entries_from(standard, process=process, definition=definition)
    SearchEntry.objects.bulk_create(rows, batch_size=500)
    StepDuty.objects.bulk_create(duties_from(standard, rows), batch_size=500)
    return len(rows)


def entries_from(standard: Standard, *, process: Process, definition: Definition | None) -> list[SearchEntry]:
    """Return the entries of a standard, not saved."""
    facts: dict[str, Any] = {"process": process, "definition": definition, "edition": EDITION}
    found = [SearchEntry(**row, order=order, **facts) for order, row in enumerate(_places(standard))]
    for row in found:
        _write_words(row)
    return found


def duties_from(standard: Standard, entries: list[SearchEntry]) -> list[StepDuty]:
    """Return who has a part in the steps of *entries*."""
    by_place = {row.place: row for row in entries}
    found = {}
    for step in standard.steps:
        for duty, places in step.posts.items():
            for place in places:
                key = (step.key, duty, place.post, place.department or "")
                entry = by_place[f"step:{step.key}"]
                found[key] = StepDuty(entry=entry, post=place.post, department=place.department or "", duty=duty)
    return list(found.values())


def _write_words(row: SearchEntry) -> None:
    # What a clause is called says nothing of the standard, “Purpose” is in each of them; a term is its own.
    is_named = row.kind != EntryKind.CLAUSE or row.place.startswith("term:")
    titles = (row.title_zh, row.title_en) if is_named else ()
    code = row.process.code if row.kind == EntryKind.STANDARD else ""
    row.title_words = index_words(*titles, code)
    row.text_words = index_words(row.text_zh, row.text_en)


def _entry(kind: str, place: str, title: Any, *texts: Words, **facts: Any) -> dict[str, Any]:
    titles = {"zh": title.zh, "en": title.en} if isinstance(title, Words) else in_each_language(title)
    return {
        "kind": kind,
        "place": place,
        "title_zh": titles["zh"][:_TITLE_MOST],
        "title_en": titles["en"][:_TITLE_MOST],
        "text_zh": "\n".join(dict.fromkeys(text.zh.strip() for text in texts if text.zh.strip())),
        "text_en": "\n".join(dict.fromkeys(text.en.strip() for text in texts if text.en.strip())),
        "facts": facts,
    }


def _places(standard: Standard) -> Iterator[dict[str, Any]]:
    yield _entry(EntryKind.STANDARD, "", standard.name, number=standard.number)
    for clause in clauses_of(standard):
        if isinstance(clause.row, Step):
            yield _step(clause.row, standard)
        elif isinstance(clause.row, Form):
            yield _form(clause.row)
        elif texts := _texts_of(standard, clause.place, clause.field):
            place = f"{clause.place}:{clause.field}" if clause.field else clause.place
            yield _entry(EntryKind.CLAUSE, place, clause.title, *texts)
    for term in standard.glossary:
        yield _entry(EntryKind.CLAUSE, f"term:{term.key}", term.term, term.meaning)


def _texts_of(standard: Standard, place: str, name: str) -> list[Words]:
    if place == "elements":
        text: Words = getattr(standard, name)
        return [text] if text.zh.strip() or text.en.strip() else []
    if place == "responsibilities":
        rows = standard.responsibilities
        return [words for row in rows for words in (row.department, row.post, row.duty) if words]
    if place == "exceptions":
        return [words for rule in standard.exceptions for words in (rule.trigger, rule.response)]
    return []


def _step(step: Step, standard: Standard) -> dict[str, Any]:
    posts = [place.name for places in step.posts.values() for place in places]
    form = standard.form(step.form)
    limit = {"amount": step.limit.amount, "unit": step.limit.unit} if step.limit else None
    facts = {"number": step.number, "limit": limit, "key_node": step.is_key_node}
    if form:
        facts["form"] = {"key": form.key, "zh": form.name.zh, "en": form.name.en}
    return _entry(
        EntryKind.STEP, f"step:{step.key}", step.title, step.operation, step.example, step.inputs, step.outputs, *posts,
        **facts,
    )  # fmt: skip


def _form(form: Form) -> dict[str, Any]:
    texts = [words for row in form.fields for words in (row.label, row.help, *(label for _key, label in row.options))]
    return _entry(EntryKind.FORM, f"form:{form.key}", form.name, *texts, key=form.key, fields=len(form.fields))


def index_question(question: Question) -> SearchEntry:
    """Make the entry of a question anew."""
    row = SearchEntry.objects.filter(question=question).first() or SearchEntry(
        question=question, process_id=question.process_id
    )
    row.kind, row.place, row.order, row.edition = EntryKind.QUESTION, f"question:{question.pk}", question.order, EDITION
    row.title_zh, row.title_en = question.question_zh, question.question_en
    row.text_zh, row.text_en = question.answer_zh, question.answer_en
    _write_words(row)
    row.save()
    return row


def repair_index(*, at: datetime, most: int = _BATCH) -> int:
    """Make entries that lack, throw away those of what is over; tell how many definitions and questions were made.

    At most *most* at once; the next sweep goes on. May run twice.
    """
    live = Release.objects.not_over(at)
    present = SearchEntry.objects.filter(definition=OuterRef("pk"), edition=EDITION)
    lacking = Definition.objects.filter(
        ~Exists(present), pk__in=live.values("definition"), revision__process__is_active=True
    )
    rows = lacking.select_related("revision__process").order_by("pk")[:most]
    made = sum(map(bool, each_alone(rows, index_definition, event="standard_not_indexed")))
    asked = SearchEntry.objects.filter(question=OuterRef("pk"), edition=EDITION)
    questions = Question.objects.filter(~Exists(asked)).select_related("process").order_by("pk")[:most]
    made += len(each_alone(questions, index_question, event="question_not_indexed"))
    SearchEntry.objects.filter(definition__isnull=False).exclude(definition__in=live.values("definition")).delete()
    if made:
        log.info("standards_indexed", made=made)
    return made
