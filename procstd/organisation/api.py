"""The API's first resources. Guarded by procstd/organisation/api_guard.py."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from procstd.access import PUBLIC, allow
from procstd.organisation.models import Department, Post, User
from procstd.organisation.models.token import Scope
from procstd.organisation.queries.duties import people_with_holdings


# The access middleware sees cookies only and lets these pass; the token is their guard.
@allow(PUBLIC)
class Me(APIView):
    """Whose token this is, with today's posts and roles."""

    scope = Scope.PROFILE

    def get(self, request: Request) -> Response:
        person = request.user
        return Response(
            {
                "username": person.username,
                "name_zh": person.name_zh,
                "name_en": person.name_en,
                "roles": sorted(person.roles),
                "duties": [{"post": row.post.code, "department": row.department.code} for row in person.duties],
            }
        )


class DepartmentSerializer(serializers.ModelSerializer[Department]):
    parent = serializers.CharField(source="parent.code", default=None)

    class Meta:
        model = Department
        fields = ["code", "name_zh", "name_en", "parent"]


class PostSerializer(serializers.ModelSerializer[Post]):
    class Meta:
        model = Post
        fields = ["code", "name_zh", "name_en", "role"]


class PersonSerializer(serializers.ModelSerializer[User]):
    department = serializers.CharField(source="department.code", default=None)
    posts = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ["username", "name_zh", "name_en", "department", "posts"]

    def get_posts(self, person: Any) -> list[dict[str, str]]:
        return [{"post": row.post.code, "department": row.department.code} for row in person.held]


@allow(PUBLIC)
class Departments(ListAPIView[Department]):
    scope = Scope.DIRECTORY
    serializer_class = DepartmentSerializer

    def get_queryset(self) -> Any:
        rows = Department.objects.without_tree_fields().visible_to(self.request.user)
        return rows.select_related("parent").order_by("code")


@allow(PUBLIC)
class Posts(ListAPIView[Post]):
    scope = Scope.DIRECTORY
    serializer_class = PostSerializer

    def get_queryset(self) -> Any:
        return Post.objects.visible_to(self.request.user)


@allow(PUBLIC)
class People(ListAPIView[User]):
    scope = Scope.DIRECTORY
    serializer_class = PersonSerializer

    def get_queryset(self) -> Any:
        people = User.objects.visible_to(self.request.user).order_by("username")
        return people_with_holdings(people, on=self.request.user.today)
