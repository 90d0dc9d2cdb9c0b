"""The pages of a review: from the route to the release, for whom they are, and how many statements they take."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from processes.domain.clauses import Clause
from processes.domain.commenting import comment
from processes.domain.routing import Asked, change_route
from processes.models import Decision, Mode, ReviewComment, Rule, Signature
from processes.models.revision import State
from tests.factories import PersonFactory
from tests.manuals import content_of, file_of
from tests.reviews import Desk, desk
from tests.standards import holder, released

pytestmark = pytest.mark.django_db
BASE = "/processes/complaint/1.0/"
YES = dict.fromkeys(("complete", "operable", "compliant", "clear"), "yes")
HOSTILE = "<script>alert(1)</script>{{7*7}}\u202e=1+1"


@pytest.fixture
def d() -> Desk:
    return desk()


def _route(d: Desk, **more: str) -> dict[str, str]:
    chosen = {f"person-{person.pk}-on": "on" for person in (d.first, d.second)}
    return {"mode": "all", "days": "3", **chosen, **more}


def test_a_draft_goes_from_the_route_to_the_release_over_the_pages(d: Desk, signed_in: Callable[..., Client]) -> None:
    writer, lead = signed_in(d.author), signed_in(d.lead)
    agent = holder("service-agent")
    reader = signed_in(agent)
    assert reader.get(f"{BASE}review/").status_code == 404
    form = writer.get(f"{BASE}review/start/").content.decode()
    assert d.first.name_en in form
    # What is refused stays typed.
    refused = writer.post(f"{BASE}review/start/", _route(d, **{"added-0-person": str(agent.pk)})).content.decode()
    assert "Say why this person is asked." in refused
    refused = writer.post(f"{BASE}review/start/", _route(d, touches_compliance="on")).content.decode()
    assert "somebody for legal or risk has to be on the route" in refused
    added = {"added-0-person": str(agent.pk), "added-0-reason": HOSTILE}
    assert writer.post(f"{BASE}review/start/", _route(d, **added)).headers["Location"] == f"{BASE}review/"
    # Who is asked sees this draft, finds it on the home page, and nothing said by anybody is a tag.
    home = reader.get("/").content.decode()
    assert f'href="{BASE}review/"' in home
    page = reader.get(f"{BASE}review/").content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page
    assert reader.get("/processes/complaint/").status_code == 200
    where = f"{BASE}review/comments/add/?place=step:s3&field="
    assert reader.get(f"{BASE}review/comments/add/?place=step:s99&field=").status_code == 404
    assert "This field is required" in reader.post(where, {"text": ""}).content.decode()
    said = reader.post(where, {"text": HOSTILE}).headers["Location"]
    assert said == f"{BASE}review/#comment-{ReviewComment.objects.get().pk}"
    inline = reader.get(where, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in inline
    row = d.row(agent)
    decide = f"{BASE}review/reviewers/{row.pk}/decide/"
    seen = reader.get(f"{BASE}review/").context["text"].sha256
    open_comment = reader.post(decide, {**YES, "verdict": "approved", "seen": seen, "reason": "Kept words"})
    assert "A comment of yours is not settled yet" in open_comment.content.decode()
    assert "Kept words" in open_comment.content.decode()
    # An author, an administrator and a head who is not asked cannot answer for somebody else.
    for person in (d.author, PersonFactory(staff=True), d.first):
        stranger = signed_in(person).post(decide, {**YES, "verdict": "approved", "seen": seen})
        assert stranger.status_code == 200
    assert not Decision.objects.exists()
    thread = ReviewComment.objects.get().pk
    writer.post(f"{BASE}review/comments/{thread}/answer/", {"text": "It says so now."})
    writer.post(f"{BASE}review/comments/{thread}/settle/")
    assert ReviewComment.objects.get(pk=thread).resolved_at is None
    reader.post(f"{BASE}review/comments/{thread}/settle/")
    for person in (agent, d.first, d.second):
        address = f"{BASE}review/reviewers/{d.row(person).pk}/decide/"
        answer = signed_in(person).post(address, {**YES, "verdict": "approved", "seen": seen})
        assert answer.headers["Location"] == f"{BASE}review/"
    assert d.state == State.APPROVED
    assert f'href="{BASE}sign/"' in lead.get("/").content.decode()
    # The signature asks for the password again, and is the leader's.
    assert signed_in(d.first).get(f"{BASE}sign/").status_code == 404
    stale = lead.session
    stale["reauthenticated_at"] = (timezone.now() - timedelta(hours=2)).isoformat()
    stale.save()
    assert lead.post(f"{BASE}sign/", {"seen": seen, "meaning": "approve"}).headers["Location"].startswith("/account/")
    assert not Signature.objects.exists()
    lead = signed_in(d.lead)
    assert "Nobody has reviewed" not in lead.get(f"{BASE}sign/").content.decode()
    assert "Select" in lead.post(f"{BASE}sign/", {"seen": seen, "meaning": "x"}).content.decode()
    assert lead.post(f"{BASE}sign/", {"seen": seen, "meaning": "approve"}).headers["Location"] == f"{BASE}release/"
    released_to = lead.post(f"{BASE}release/", {"reason": "Signed", "valid_from": "2099-01-01T08:00"})
    assert released_to.headers["Location"] == f"{BASE}manual/"
    manual = reader.get(f"{BASE}manual/").content.decode()
    assert "Effective from" in manual
    assert "I approve this standard as V1.0" in manual
    assert "effective from" in reader.get("/processes/complaint/").content.decode()
    # Read for ever, changed no more.
    assert signed_in(d.author).get(f"{BASE}review/").status_code == 200
    assert signed_in(d.author).get(f"{BASE}review/route/").status_code == 404


def test_a_red_gate_is_overridden_with_password_and_reason_on_the_release_page(
    d: Desk, signed_in: Callable[..., Client]
) -> None:
    lead = signed_in(d.lead)
    page = lead.get(f"{BASE}release/").content.decode()
    assert f'href="{BASE}gate/reviews/override/"' in page
    assert f'href="{BASE}gate/signature/override/"' not in page
    seen = lead.get(f"{BASE}sign/").context["text"].sha256

    assert "required" in lead.post(f"{BASE}gate/reviews/override/", {"seen": seen}).content.decode()
    lead.post(f"{BASE}gate/reviews/override/", {"seen": seen, "reason": HOSTILE})

    page = lead.get(f"{BASE}release/").content.decode()
    assert "overridden" in page
    assert "<script>alert(1)" not in page
    assert lead.get(f"{BASE}gate/nothing/override/").status_code == 404


def test_the_review_page_takes_as_many_statements_with_one_comment_as_with_thirty(
    d: Desk, signed_in: Callable[..., Client]
) -> None:
    d.start()
    clause, client = Clause("step:s3", "", "Step 3"), signed_in(d.first)

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"{BASE}review/").status_code == 200
        return len(captured)

    comment(d.review, clause=clause, text="One", by=d.second, at=timezone.now())
    d.send_back(d.second)
    statements()
    few = statements()
    for number in range(29):
        comment(d.review, clause=clause, text=f"Again {number}", by=d.second, at=timezone.now())
    people = [Asked(holder("department-head", "sales"), Rule.HEAD) for _number in range(28)]
    change_route(
        d.review, mode=Mode.ALL, days=3, touches_compliance=False, by=d.lead, at=timezone.now(), reason="x",
        route=[Asked(d.first, Rule.HEAD), Asked(d.second, Rule.HEAD), *people],
    )  # fmt: skip

    assert statements() == few


def test_a_released_pdf_carries_the_organisations_signature(signed_in: Callable[..., Client], d: Desk) -> None:
    released(code="other")

    content = content_of(file_of(signed_in(d.lead), "other"))

    from pyhanko.pdf_utils.reader import PdfFileReader

    (signature,) = PdfFileReader(io.BytesIO(content)).embedded_signatures
    assert signature.sig_object["/Reason"].startswith("other V1.0, SHA-256 ")


def test_the_author_withdraws_the_review_with_a_reason_and_begins_it_anew(signed_in: Callable[..., Client]) -> None:
    d = desk()
    d.start()
    author, reviewer = signed_in(d.author), signed_in(d.first)
    address = f"{BASE}review/withdraw/"
    assert f'href="{address}"' in author.get(f"{BASE}review/").content.decode()
    assert f'href="{address}"' not in reviewer.get(f"{BASE}review/").content.decode()
    assert reviewer.post(address, {"reason": "x"}).status_code == 403

    assert "This field is required" in author.post(address, {"reason": ""}).content.decode()
    assert d.state == State.IN_REVIEW
    assert author.post(address, {"reason": "A law <b>changed</b>"}).headers["Location"] == f"{BASE}review/"

    assert d.state == State.DRAFT
    page = author.get(f"{BASE}review/").content.decode()
    assert "A law &lt;b&gt;changed" in page
    assert f"{d.author} withdrew this review" in page
    assert f'href="{BASE}review/start/"' in page
    for gone in ("route/", "withdraw/"):
        assert f'href="{BASE}review/{gone}"' not in page
    assert author.get(f"{BASE}review/route/").headers["Location"] == f"{BASE}review/start/"
    assert author.get(f"{BASE}review/start/").status_code == 200
    assert "withdrew this review" in reviewer.get(f"{BASE}review/").content.decode()
