"""Training, as the release gate tells of it (F29, H2.4.2): who works by a text should know it before it is in force."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from processes.domain.gate import Criterion, Facts, Light
from processes.domain.parsing import parse
from procstd.moments import house_day
from procstd.organisation.models import Department, PostHolding


def training(facts: Facts) -> Criterion:
    """Say whether those whom the text concerns can be trained before it takes effect. Advice only. One statement.

    Trainings, decks and quizzes are of released texts: what is released for a later day leaves the time for them.
    """
    title = _("Training")
    places = {
        (place.post, place.department)
        for step in parse(facts.text.data).steps
        for named in step.posts.values()
        for place in named
    }
    today = house_day(facts.at)
    held = PostHolding.objects.in_force(today).filter(
        post__code__in={post for post, _department in places}, person__is_active=True, post__is_active=True
    )
    if facts.revision.variant_for:
        held = held.filter(department__in=Department.objects.below([facts.revision.variant_for.pk]))
    rows = held.order_by().values_list("person", "post__code", "department__code")
    people = {person for person, post, hall in rows if {(post, None), (post, hall)} & places}
    if not people:
        return Criterion("training", title, Light.GREY, _("Nobody holds a post that it names."))
    days = (house_day(facts.valid_from) - today).days if facts.valid_from else 0
    if days > 1:  # a whole day lies between
        sentence = ngettext_lazy(
            "It takes effect in %(days)d day: time to train those whom it concerns (%(people)d).",
            "It takes effect in %(days)d days: time to train those whom it concerns (%(people)d).", days,
        ) % {"days": days, "people": len(people)}  # fmt: skip
        return Criterion("training", title, Light.GREEN, sentence)
    sentence = ngettext_lazy(
        "It concerns %(n)d person, who cannot be trained on it before it takes effect. Choose a later day, or a pilot.",
        "It concerns %(n)d people, who cannot be trained on it before it takes effect. Choose a later day, or a pilot.",
        len(people),
    ) % {"n": len(people)}
    return Criterion("training", title, Light.AMBER, sentence)
