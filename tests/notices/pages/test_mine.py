"""My notices: the list, the bell, how I am told."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from procstd.notices.domain.telling import Note, tell
from procstd.notices.models import Notice, Preference, Rhythm
from procstd.organisation.models import User

pytestmark = pytest.mark.django_db
LIST, BELL, PREFERENCES = "/notices/", "/notices/bell/", "/notices/preferences/"


def ring(person: User, count: int = 1, **facts: Any) -> list[Notice]:
    texts = {
        "title_zh": "投诉即将超时",
        "title_en": "A complaint is due soon",
        "body_en": "Act soon.",
        "url": "/cases/",
    }
    before = Notice.objects.count()
    tell(
        [Note(person.pk, "test.alarm", f"key:{before + number}", **{**texts, **facts}) for number in range(count)],
        at=timezone.now(),
    )
    return list(Notice.objects.order_by("-pk")[:count])


def test_the_list_has_what_is_unread_and_on_demand_everything(signed_in: Any, engineer: User, head: User) -> None:
    ring(head, title_en="Somebody else's")
    first, second = ring(engineer, title_en="First")[0], ring(engineer, title_en="Second")[0]
    Notice.objects.filter(pk=first.pk).update(read_at=timezone.now())
    client = signed_in(engineer)

    assert [notice.pk for notice in client.get(LIST).context["page"]] == [second.pk]
    assert [notice.pk for notice in client.get(LIST, {"show": "all"}).context["page"]] == [second.pk, first.pk]


def test_a_notice_is_read_in_either_language(signed_in: Any, engineer: User) -> None:
    ring(engineer)
    client = signed_in(engineer)

    assert "A complaint is due soon" in client.get(LIST).content.decode()
    User.objects.filter(pk=engineer.pk).update(language="zh-hans")
    assert "投诉即将超时" in client.get(LIST).content.decode()


def test_opening_marks_it_read_and_leads_there(signed_in: Any, engineer: User) -> None:
    notice = ring(engineer, url="/cases/?state=open")[0]

    answer = signed_in(engineer).post(reverse("notices:notice-open", args=[notice.pk]))

    assert answer.headers["Location"] == "/cases/?state=open"
    assert Notice.objects.get().read_at is not None


def test_a_notice_never_leads_to_another_site(signed_in: Any, engineer: User) -> None:
    notice = ring(engineer)[0]
    Notice.objects.update(url="https://evil.example/")

    answer = signed_in(engineer).post(reverse("notices:notice-open", args=[notice.pk]))

    assert answer.headers["Location"] == LIST


def test_one_is_marked_read_and_the_list_stays_where_it_was(signed_in: Any, engineer: User) -> None:
    notice = ring(engineer, 2)[0]
    client = signed_in(engineer)

    answer = client.post(reverse("notices:notice-read", args=[notice.pk]), {"show": "all", "page": "2"})
    read_at = Notice.objects.get(pk=notice.pk).read_at
    client.post(reverse("notices:notice-read", args=[notice.pk]))

    assert answer.headers["Location"] == f"{LIST}?show=all&page=2"
    assert Notice.objects.unread().count() == 1
    assert Notice.objects.get(pk=notice.pk).read_at == read_at


def test_all_are_marked_read_but_not_those_of_others(signed_in: Any, engineer: User, head: User) -> None:
    ring(engineer, 3)
    ring(head)

    page = signed_in(engineer).post(reverse("notices:notice-read-all"), follow=True).content.decode()

    assert "All notices are marked as read." in page
    assert "Mark all as read" not in page
    assert list(Notice.objects.unread().values_list("person", flat=True)) == [head.pk]


def test_hostile_words_stay_words(signed_in: Any, engineer: User) -> None:
    ring(engineer, title_en="<script>x</script>", body_en='"><img src=x onerror=x>\n{{ 7*7 }}')

    page = signed_in(engineer).get(LIST).content.decode()

    assert "&lt;script&gt;x&lt;/script&gt;" in page
    assert "<img src=x" not in page
    assert "{{ 7*7 }}" in page


def test_an_empty_list_says_what_comes_here_and_where_to_go_on(signed_in: Any, engineer: User) -> None:
    client = signed_in(engineer)

    assert f'href="{LIST}?show=all"' in client.get(LIST).content.decode().split("empty-action")[1]
    assert f'href="{PREFERENCES}"' in client.get(LIST, {"show": "all"}).content.decode().split("empty-action")[1]


@pytest.mark.parametrize("address", [LIST, f"{LIST}?show=all"])
def test_a_list_costs_the_same_with_one_notice_and_with_thirty(
    signed_in: Any, engineer: User, django_assert_num_queries: Any, address: str
) -> None:
    client = signed_in(engineer)
    ring(engineer)
    client.get(address)
    with django_assert_num_queries(8, exact=False) as few:
        client.get(address)
    ring(engineer, 30)

    with django_assert_num_queries(len(few.captured_queries)):
        page = client.get(address).content.decode()
    assert "?page=2" in page or "page=2" in page


def test_the_bell_counts_and_says_so_to_those_who_do_not_see_it(signed_in: Any, engineer: User) -> None:
    client = signed_in(engineer)

    assert "Notices: all read" in client.get(BELL).content.decode()
    ring(engineer, 3)
    bell = client.get(BELL).content.decode()
    assert "Notices: 3 unread" in bell
    assert f'href="{LIST}"' in bell
    assert f'hx-get="{BELL}?seen=3"' in bell
    assert "hx-swap-oob" not in bell
    ring(engineer, 100)
    assert "Notices: more than 99 unread" in client.get(BELL).content.decode()


def test_the_bell_is_silent_while_nothing_changes_and_speaks_when_something_came(
    signed_in: Any, engineer: User
) -> None:
    ring(engineer, 2)
    client = signed_in(engineer)

    assert client.get(BELL, {"seen": "2"}).status_code == 204
    rang = client.get(BELL, {"seen": "1"}).content.decode()
    fewer = client.get(BELL, {"seen": "5"}).content.decode()

    assert 'id="bell-news" hx-swap-oob="innerHTML"' in rang
    assert "A new notice has come; 2 are unread." in rang
    assert "hx-swap-oob" not in fewer
    assert client.get(BELL, {"seen": "x" * 50}).status_code == 200


def test_the_bell_of_who_has_signed_out_says_nothing() -> None:
    assert Client().get(BELL).status_code == 204


def test_the_bell_costs_one_query_beside_those_of_the_session(
    signed_in: Any, engineer: User, django_assert_num_queries: Any
) -> None:
    ring(engineer, 30)
    client = signed_in(engineer)
    client.get(BELL)

    with django_assert_num_queries(2) as queries:
        client.get(BELL)

    assert sum("notices_notice" in query["sql"] for query in queries) == 1


def test_the_frame_of_a_page_has_the_bell_without_asking_for_its_number(
    signed_in: Any, engineer: User, django_assert_num_queries: Any
) -> None:
    client = signed_in(engineer)
    client.get("/account/")
    with django_assert_num_queries(8, exact=False) as queries:
        page = client.get("/account/").content.decode()

    assert f'href="{LIST}" aria-label="My notices"' in page
    assert f'hx-get="{BELL}" hx-trigger="load"' in page
    assert not [query for query in queries if "notices_" in query["sql"]]


def test_what_i_choose_is_kept_and_shown_again(signed_in: Any, engineer: User) -> None:
    client = signed_in(engineer)
    fields = {name: bound.initial for name, bound in _fields(client).items()}
    fields |= {"rule-test.alarm": "digest", "quiet_from": "22:00", "quiet_until": "07:00", "digest_at": "09:15"}

    page = client.post(PREFERENCES, fields, follow=True).content.decode()

    assert "It holds for what you are told from now on." in page
    rhythm = Rhythm.objects.get(person=engineer)
    assert (rhythm.quiet_from, rhythm.quiet_until, rhythm.digest_at) == (time(22), time(7), time(9, 15))
    assert list(Preference.objects.values_list("rule", "timing")) == [("test.alarm", "digest")]
    assert 'value="22:00"' in page


def test_half_of_the_quiet_hours_are_refused_beside_the_field(signed_in: Any, engineer: User) -> None:
    client = signed_in(engineer)
    fields = {name: bound.initial for name, bound in _fields(client).items()} | {"quiet_from": "22:00"}

    answer = client.post(PREFERENCES, {name: value for name, value in fields.items() if value is not None})

    assert "leave both empty for none" in str(answer.context["form"].errors["quiet_until"])
    assert not Rhythm.objects.exists()


def test_who_has_no_address_is_told_that_nothing_is_mailed(signed_in: Any, engineer: User) -> None:
    User.objects.filter(pk=engineer.pk).update(email="")

    assert "You have no e-mail address here" in signed_in(engineer).get(PREFERENCES).content.decode()


def _fields(client: Client) -> dict[str, Any]:
    form = client.get(PREFERENCES).context["form"]
    return {name: form[name] for name in form.fields}
