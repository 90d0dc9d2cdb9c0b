"""The guide of interviews: stored with the survey, ordered, kept in answers as it was asked (H2.2.1)."""

from __future__ import annotations

from typing import Any

import pytest

from procstd.errors import DomainError
from surveys.domain.guiding import (
    MOST_QUESTIONS,
    add_guide_question,
    begin_guide,
    change_guide_question,
    delete_guide_question,
    guide_seen,
    move_guide_question,
)
from surveys.domain.noting import note_interview
from surveys.domain.starter_guide import STARTER
from surveys.domain.starting import end_survey
from surveys.models import GuideQuestion, Interview
from tests.factories import PostFactory
from tests.surveys.field import AT, survey_of

pytestmark = pytest.mark.django_db


def test_a_survey_begins_with_the_usual_questions_and_gets_them_again_only_when_it_has_none() -> None:
    survey = survey_of()
    assert [row.text_en for row in survey.guide.all()] == [english for _chinese, english in STARTER]

    begin_guide(survey, by=survey.owner)
    assert survey.guide.count() == len(STARTER)
    for question in survey.guide.all():
        delete_guide_question(question, by=survey.owner)
    begin_guide(survey, by=survey.owner)

    assert survey.guide.count() == len(STARTER)


def test_questions_are_added_changed_moved_and_taken_out() -> None:
    survey = survey_of()
    by = survey.owner
    last = add_guide_question(survey, text_zh="还有吗？", text_en="", by=by)
    move_guide_question(last, up=True, by=by)
    move_guide_question(survey.guide.first(), up=True, by=by)
    change_guide_question(last, text_zh="还有呢？", text_en="What else?", by=by)
    delete_guide_question(survey.guide.first(), by=by)

    texts = [row.text_zh for row in survey.guide.all()]
    assert texts == [*(chinese for chinese, _english in STARTER[1:-1]), "还有呢？", STARTER[-1][0]]
    with pytest.raises(DomainError, match="one language at least"):
        add_guide_question(survey, text_zh="", text_en="", by=by)


def test_a_guide_does_not_grow_without_end_nor_after_the_survey() -> None:
    survey = survey_of()
    by = survey.owner
    for number in range(MOST_QUESTIONS - len(STARTER)):
        add_guide_question(survey, text_zh="", text_en=f"{number}?", by=by)
    with pytest.raises(DomainError, match="at most 40"):
        add_guide_question(survey, text_zh="", text_en="One more?", by=by)

    end_survey(survey, by=by, at=AT, reason="Enough")

    with pytest.raises(DomainError, match="is ended"):
        change_guide_question(survey.guide.first(), text_zh="", text_en="Late?", by=by)


def test_answers_keep_the_question_in_the_words_in_which_it_was_asked(signed_in: Any) -> None:
    survey, post = survey_of(), PostFactory()
    client, address = signed_in(survey.owner), f"/surveys/{survey.number}/interviews/add/"
    first, second = survey.guide.all()[:2]
    page = client.get(address).content.decode()
    assert first.text_en in page
    facts = {
        "seen": guide_seen(survey.guide.all()),
        "who": "Wang Lei", "post": post.pk, "held_on": "2026-05-04", "steps": "record | 20", "notes": "Slow",
        f"guide{first.pk}": "First I search.\nThen I ask.", f"guide{second.pk}": " ",
    }  # fmt: skip

    client.post(address, facts)
    change_guide_question(first, text_zh="", text_en="Other words?", by=survey.owner)
    delete_guide_question(second, by=survey.owner)

    interview = Interview.objects.get()
    assert interview.post == post
    answer = interview.answers.get()
    assert (answer.asked_en, answer.text) == (STARTER[0][1], "First I search.\nThen I ask.")
    shown = client.get(f"/surveys/{survey.number}/").content.decode()
    assert "Then I ask." in shown
    assert post.name_en in shown


def test_answers_to_a_guide_that_was_changed_meanwhile_are_refused_and_none_is_lost(signed_in: Any) -> None:
    survey = survey_of()
    client, address = signed_in(survey.owner), f"/surveys/{survey.number}/interviews/add/"
    reworded, gone = survey.guide.all()[:2]
    old = guide_seen(survey.guide.all())
    assert f'value="{old}"' in client.get(address).content.decode()
    facts = {
        "seen": old, "who": "Wang Lei", "held_on": "2026-05-04", "steps": "", "notes": "Slow",
        f"guide{reworded.pk}": "Twice a day", f"guide{gone.pk}": "The batch number",
    }  # fmt: skip
    change_guide_question(reworded, text_zh="", text_en="Other words?", by=survey.owner)
    delete_guide_question(gone, by=survey.owner)

    # Refused for another reason too: what was typed is kept all the same.
    for wrong in ({}, {"who": ""}):
        form = client.post(address, {**facts, **wrong}).context["form"]
        assert "changed while you were writing" in str(form.non_field_errors())
        assert form["notes"].value() == f"Slow\n\n{STARTER[1][1]}\nThe batch number"
        assert form[f"guide{reworded.pk}"].value() == "Twice a day"
    assert not Interview.objects.exists()

    kept = {name: form[name].value() or "" for name in form.fields if name != "who"}
    client.post(address, {**kept, "who": "Wang Lei"})

    interview = Interview.objects.get()
    assert "The batch number" in interview.notes
    assert [(row.asked_en, row.text) for row in interview.answers.all()] == [("Other words?", "Twice a day")]


def test_a_guide_that_changes_at_the_very_moment_of_saving_is_noticed_under_the_lock() -> None:
    survey = survey_of()
    question = survey.guide.first()
    assert question is not None
    seen = guide_seen(survey.guide.all())
    change_guide_question(question, text_zh="", text_en="Other words?", by=survey.owner)
    facts: dict[str, Any] = {
        "who": "Wang Lei",
        "held_on": AT.date(),
        "seen": seen,
        "steps": [],
        "by": survey.owner,
        "at": AT,
    }

    with pytest.raises(DomainError, match="changed while you were writing"):
        note_interview(survey, answers={question.pk: "Twice a day"}, **facts)
    note_interview(survey, answers={question.pk: " "}, **facts)

    assert not Interview.objects.get().answers.exists()


def test_the_guide_is_written_on_its_page(signed_in: Any) -> None:
    survey = survey_of()
    client, page = signed_in(survey.owner), f"/surveys/{survey.number}/guide/"
    first = survey.guide.first()
    assert first is not None

    client.post(f"{page}add/", {"text_zh": "还有吗？", "text_en": "What else?"})
    client.post(f"{page}{first.pk}/move/", {"to": "down"})
    client.post(f"{page}{first.pk}/change/", {"text_zh": "改了", "text_en": "Changed?"})
    client.post(f"{page}{survey.guide.first().pk}/delete/")
    client.post(f"{page}begin/")

    assert [row.text_en for row in survey.guide.all()][:2] == ["Changed?", STARTER[2][1]]
    assert "What else?" in client.get(page).content.decode()
    GuideQuestion.objects.all().delete()
    assert "Put the usual questions in" in client.get(page).content.decode()
