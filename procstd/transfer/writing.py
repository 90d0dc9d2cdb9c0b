"""Write the rows of an examined file: keys given anew, in the order in which they were made. One transaction."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from procstd import history
from procstd.files.domain.keeping import keep_moved
from procstd.transfer.archive import Unreadable
from procstd.transfer.content import Content, Row, wrong
from procstd.transfer.declared import PERSON, Carried, kind_of, parts
from procstd.transfer.knowing import Key, rows_here, staying

#: So often rows are looked through for those that can be written: what the software writes needs two or three.
MOST_TURNS = 100


@dataclass
class Plan:
    """What is already known here: rows by their place in the file, people, departments and posts by their names."""

    known: dict[Key, Any] = field(default_factory=dict)
    named: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    #: Values that are given anew, as the code of the project.
    given: dict[tuple[str, int, str], Any] = field(default_factory=dict)


@dataclass
class Written:
    """What was written."""

    rows: dict[Key, Any] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    #: References that were emptied, since what they point to stays in the file.
    emptied: int = 0


@transaction.atomic
def write(content: Content, plan: Plan, *, by: Any, reason: str) -> Written:
    """Write everything, or nothing. Raises Unreadable when rows contradict each other."""
    try:
        with transaction.atomic():
            return _Writing(content, plan, by, reason).all()
    except (IntegrityError, DataError) as error:
        raise Unreadable(
            _("The rows of the file contradict each other, so nothing was written. Export the project again.")
        ) from error


class _Writing:
    def __init__(self, content: Content, plan: Plan, by: Any, reason: str) -> None:
        self.content, self.plan, self.by, self.reason = content, plan, by, reason
        self.skipped = staying(content, plan.known)
        self.keys: dict[Key, Any] = {place: row.pk for place, row in plan.known.items()}
        self.file_keys = [uuid.uuid4() for _file in content.files]
        self.given: dict[tuple[str, str], set[Any]] = {}
        self.out = Written()

    def all(self) -> Written:
        self._find_twins()
        waiting = [
            [row for row in self.content.rows[part.label] if row.key not in self.skipped and row.key not in self.keys]
            for part in parts()
        ]
        for _turn in range(MOST_TURNS):
            before = sum(map(len, waiting))
            if not before:
                break
            waiting = [self._write_ready(part, rows) for part, rows in zip(parts(), waiting, strict=True)]
            if sum(map(len, waiting)) == before:
                raise Unreadable(_("Rows point to each other in a circle."))
        else:
            raise Unreadable(_("Rows point to each other over more steps than any project has."))
        for part in parts():
            self._set_late(part)
            self._set_many(part)
        self._keep_files()
        for part in parts():
            if part.after is not None and (made := self._made(part)):
                part.after(made)
        self.out.counts = {part.label: len(self._made(part)) for part in parts()}
        return self.out

    def _made(self, part: Carried) -> list[Any]:
        return [self.out.rows[row.key] for row in self.content.rows[part.label] if row.key in self.out.rows]

    def _find_twins(self) -> None:
        """Find rows that stay in the file among those that are here, by what their process calls them."""
        for part in parts():
            rows = [row for row in self.content.rows[part.label] if part.twin and row.key in self.skipped]
            rows = [row for row in rows if row.refs[part.via] in self.keys]
            here = rows_here(part, part.twin, {self.keys[row.refs[part.via]] for row in rows})
            for row in rows:
                twins = here.get((self.keys[row.refs[part.via]], *(row.values.get(name) for name in part.twin)))
                if twins:
                    self.keys[row.key] = twins[0].pk

    def _write_ready(self, part: Carried, rows: list[Row]) -> list[Row]:
        left: list[Row] = []
        batch: list[Row] = []
        held: set[Key] = set()
        for row in rows:
            needed = {target for name, target in row.refs.items() if name not in part.late}
            needed |= {(label, int(key)) for name, label in part.keys.items() for key in row.values[name]}
            if not held.isdisjoint(needed):
                self._save(part, batch)
                batch, held = [], set()
            if all(target in self.keys or target in self.skipped for target in needed):
                batch.append(row)
                held.add(row.key)
            else:
                left.append(row)
        self._save(part, batch)
        return left

    def _save(self, part: Carried, rows: list[Row]) -> None:
        if not rows:
            return
        made = [self._instance(part, row) for row in rows]
        if part.has_history:
            history.save_many(made, by=self.by, reason=self.reason)
        else:
            part.model._base_manager.bulk_create(made, batch_size=500)
        for row, one in zip(rows, made, strict=True):
            self.keys[row.key] = one.pk
            self.out.rows[row.key] = one

    def _instance(self, part: Carried, row: Row) -> Any:
        values = dict(row.values)
        for name, renew in part.renew.items():
            # Rows of a batch are saved together: what one of them got is in no table when the next one asks.
            given = self.given.setdefault((part.label, name), set())
            values[name] = renew(values[name], given)
            given.add(values[name])
        values |= {
            name: value for (label, number, name), value in self.plan.given.items() if (label, number) == row.key
        }
        for name, label in part.keys.items():
            values[name] = {str(self.keys[label, int(key)]): held for key, held in values[name].items()}
        made = part.model(**values)
        for name, target in row.refs.items():
            if name not in part.late:
                setattr(made, part.model._meta.get_field(name).attname, self._key(part, row, name, target))  # type: ignore[union-attr]
        for name, (kind, code) in row.named.items():
            one: Any = part.model._meta.get_field(name)
            setattr(made, one.attname, getattr(self.plan.named[kind][code], one.target_field.attname))
        for name, number in row.files.items():
            setattr(made, name, self.file_keys[number - 1])
        return made

    def _key(self, part: Carried, row: Row, name: str, target: Key) -> Any:
        key = self.keys.get(target)
        if key is None:
            if not part.model._meta.get_field(name).null:  # type: ignore[union-attr]
                raise wrong(part.title, row.number, name, _("It points to something that is not in the file."))
            self.out.emptied += 1
        return key

    def _set_late(self, part: Carried) -> None:
        changed: dict[int, Any] = {}
        for row in self.content.rows[part.label]:
            for name, target in row.refs.items():
                if name in part.late and row.key in self.out.rows:
                    made = self.out.rows[row.key]
                    setattr(made, part.model._meta.get_field(name).attname, self._key(part, row, name, target))  # type: ignore[union-attr]
                    changed[row.number] = made
        if changed:
            history.save_many(list(changed.values()), by=self.by, reason=self.reason, fields=sorted(part.late))

    def _set_many(self, part: Carried) -> None:
        for one in part.many:
            through = one.remote_field.through
            source, target = f"{one.m2m_field_name()}_id", f"{one.m2m_reverse_field_name()}_id"
            kind = kind_of(one)
            links = []
            for row in self.content.rows[part.label]:
                if row.key not in self.out.rows:
                    continue
                pk = self.out.rows[row.key].pk
                for held_kind, name in row.many[one.name]:
                    key = (
                        self.plan.named[kind][name].pk if kind in self.plan.named else self.keys.get((held_kind, name))
                    )
                    links.append((pk, key))
            unique = dict.fromkeys(links)
            through._base_manager.bulk_create(
                [through(**{source: pk, target: key}) for pk, key in unique if key is not None], batch_size=500
            )

    def _keep_files(self) -> None:
        for file, key in zip(self.content.files, self.file_keys, strict=True):
            place = (file["part"], file["row"])
            if place not in self.out.rows:
                continue
            owner = self.plan.named[PERSON][file["owner"]] if file["owner"] is not None else None
            keep_moved(
                self.content.archive.files[file["path"]], name=file["name"], owner=owner, at=file["created_at"],
                belongs_to=self.out.rows[place], key=key,
            )  # fmt: skip
