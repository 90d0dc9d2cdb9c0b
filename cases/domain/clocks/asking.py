"""Tell the accountable that something waits for their decision, and who asked how it was decided (F59, F60).

What people wrote as a reason stays on the page: it can name the customer, and a mail leaves the house (A4).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.domain.clocks.recipients import Staff
from cases.models import Case
from cases.notices import ASKED, DECIDED, words_of_request
from processes.domain.standard import Step
from procstd.bilingual import filled
from procstd.calendars.domain.current import snapshot
from procstd.notices.domain.telling import Note, tell
from procstd.organisation.models import User


def tell_accountable(case: Case, steps: Iterable[Step], *, key: str, is_hold: bool, by: Any, at: datetime) -> None:
    """Tell the accountable posts of *steps* that *by* asks for a hold or more time; the heads, if nobody holds them."""
    staff = Staff(snapshot(), at=at)
    places = [place for step in steps for place in step.posts.get("A", ())]
    people = set(staff.holders(places)) - {by.pk} or set(staff.heads(case.department_id)) - {by.pk}
    sentence = _("%(who)s asks for a hold of %(case)s") if is_hold else _("%(who)s asks for more time for %(case)s")
    words = words_of_request(filled(sentence, who=by, case=case.number))
    url = case.get_absolute_url()
    tell([Note(person_id=pk, rule=ASKED.name, key=key, url=url, **words) for pk in sorted(people)], at=at)


def tell_asker(case: Case, person: User, *, key: str, is_allowed: bool, at: datetime) -> None:
    """Tell *person* whether what they asked for was granted."""
    sentence = _("%(case)s: your request is granted") if is_allowed else _("%(case)s: your request is refused")
    words = words_of_request(filled(sentence, case=case.number))
    tell([Note(person_id=person.pk, rule=DECIDED.name, key=key, url=case.get_absolute_url(), **words)], at=at)
