"""What a release writes for cases: the index of its steps and posts, and the proof that it compiles."""

from __future__ import annotations

from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.engine.compiler import flow_of
from cases.models import CompiledPlace, CompiledStep, Task
from processes.domain.standard import Standard
from processes.models import Definition, Release
from procstd.organisation.models import Department, Post


def compile_definition(definition: Definition, standard: Standard) -> None:
    """Compile *definition* and write which posts have which part in which step. Raises NotCompiled.

    Runs inside the release: what cannot run is not released. Five statements, however many steps.
    """
    flow_of(definition)
    posts = dict(Post.objects.values_list("code", "pk"))
    departments = dict(Department.objects.without_tree_fields().values_list("code", "pk"))
    steps = CompiledStep.objects.bulk_create(
        [
            CompiledStep(
                definition=definition,
                key=step.key,
                number=step.number,
                title_zh=step.title.zh,
                title_en=step.title.en,
            )
            for step in standard.steps
        ]
    )
    CompiledPlace.objects.bulk_create(
        [
            CompiledPlace(
                step=row,
                duty=duty,
                post_id=posts[place.post],
                department_id=departments[place.department] if place.department else None,
            )
            for row, step in zip(steps, standard.steps, strict=True)
            for duty, places in step.posts.items()
            for place in places
        ]
    )


def need_of(post: Post) -> str | None:
    """Say why *post* cannot be abolished: steps that its holders do or countersign wait for it, or will (H2.5.3)."""
    needed = CompiledPlace.objects.filter(post=post, duty__in=("R", "S"))
    steps = CompiledStep.objects.filter(pk__in=needed.values("step"))
    waiting = Task.objects.open().filter(step__in=steps).count()
    if waiting:
        return ngettext(
            "%(count)d open task waits for this post. Have it done first.",
            "%(count)d open tasks wait for this post. Have them done first.",
            waiting,
        ) % {"count": waiting}
    # Asked at the moment of the act, by the database's own clock.
    releases = Release.objects.not_over(Now()).filter(definition__compiled_steps__in=steps)
    releases = releases.select_related("process", "definition__revision")
    names = sorted({f"{release.process} {release.definition.revision}" for release in releases})
    if names:
        return _("Standards in force need this post: %(names)s. Release versions without it first.") % {
            "names": ", ".join(names)
        }
    return None
