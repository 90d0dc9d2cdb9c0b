"""What a release writes for cases: the index of its steps and posts, and the proof that it compiles."""

from __future__ import annotations

from cases.engine.compiler import flow_of
from cases.models import CompiledPlace, CompiledStep
from processes.domain.standard import Standard
from processes.models import Definition
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
