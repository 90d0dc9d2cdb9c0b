"""The four sheets of the organisation, by code."""

from procstd.organisation.domain.sheets.departments import Departments
from procstd.organisation.domain.sheets.holdings import Holdings
from procstd.organisation.domain.sheets.people import People
from procstd.organisation.domain.sheets.posts import Posts
from procstd.sheet_import import SheetKind

#: In the order in which a new enterprise fills them.
KINDS: dict[str, type[SheetKind]] = {kind.code: kind for kind in (Departments, Posts, People, Holdings)}
