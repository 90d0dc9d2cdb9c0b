"""Posts, and who holds which post where and since when."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import Bilingual
from procstd.history import records
from procstd.organisation.codes import code_validator
from procstd.periods import Period, PeriodQuerySet, in_force
from procstd.prepared import Prepared
from procstd.roles import Role

if TYPE_CHECKING:
    from procstd.organisation.models.person import User


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, user: User) -> PostQuerySet:
        """Everybody signed in sees the posts; abolished ones only staff."""
        return self if user.is_staff else self.filter(is_active=True)


class Post(models.Model):
    """A post 岗位, as “customer service supervisor”. It carries one of the roles of H0."""

    code = models.CharField(_("Code"), max_length=32, unique=True, validators=[code_validator])
    name_zh = models.CharField(_("Name in Chinese"), max_length=80)
    name_en = models.CharField(_("Name in English"), max_length=80)
    role = models.CharField(
        _("Role"), max_length=20, choices=Role, help_text=_("What holders of the post may do in the software.")
    )
    is_active = models.BooleanField(_("Active"), default=True)

    name = Bilingual("name")
    history = records()
    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("post")
        verbose_name_plural = _("posts")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisation:post-detail", args=[self.code])


class PostHoldingQuerySet(PeriodQuerySet):
    def acted_in_by(self, user: int, *, on: date) -> PostHoldingQuerySet:
        """Holdings in force whose holder, or the holder's substitute on that day, is the person with the id *user*."""
        from procstd.organisation.models.substitution import Substitution

        standing_in = Substitution.objects.in_force(on).filter(substitute=user).values("holding_id")
        return (
            self.filter(
                in_force(on), Q(person=user) | Q(pk__in=standing_in), person__is_active=True, post__is_active=True
            )
            .select_related("post", "department", "person")
            .order_by()
        )

    def manageable_by(self, user: User) -> PostHoldingQuerySet:
        """Holdings that *user* may hand to a substitute: one's own, those of departments one heads, all for staff."""
        if user.is_staff:
            return self
        from procstd.organisation.models.department import Department

        headed = user.departments_as(Role.DEPARTMENT_HEAD)
        below = Department.objects.below(headed) if headed else Department.objects.none()
        return self.filter(Q(person=user) | Q(department__in=below))


class PostHolding(Period):
    """A person holds a post in a department for a period. Nobody holds it twice at once."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="holdings", verbose_name=_("Person")
    )
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="holdings", verbose_name=_("Post"))
    department = models.ForeignKey(
        "organisation.Department", on_delete=models.PROTECT, related_name="holdings", verbose_name=_("Department")
    )

    history = records()
    objects = PostHoldingQuerySet.as_manager()

    class Meta(Period.Meta):
        ordering = ["-valid_from", "pk"]
        verbose_name = _("holding of a post")
        verbose_name_plural = _("holdings of posts")
        indexes = [models.Index(fields=["post", "department"])]

    def __str__(self) -> str:
        return f"{self.post} · {self.department}"

    #: Set by ``User.duties``: the reader stands in for the holder.
    is_substituting = False

    @property
    def substituting(self) -> User | None:
        """Whom the reader of this duty stands in for, or None."""
        return self.person if self.is_substituting else None


#: What every request asks.
ACTED_IN: Prepared[PostHolding] = Prepared(
    lambda user, on: PostHolding.objects.acted_in_by(user, on=on), user=int, on=date
)
