"""Tables that only grow: the database itself refuses to change or delete a row (S8). Used by migrations."""

from __future__ import annotations

from typing import Any


class AppendOnly:
    """The triggers of some tables, put up and taken down. ``keys`` names what else is unique beside the id."""

    def __init__(self, **keys: tuple[str, ...]) -> None:
        self.keys = keys

    def forwards(self, apps: Any, schema_editor: Any) -> None:
        """Put the triggers up, in the words of the database."""
        statements = _postgres if schema_editor.connection.vendor == "postgresql" else _sqlite
        for table, unique in self.keys.items():
            for statement in statements(table, unique):
                schema_editor.execute(statement)

    def backwards(self, apps: Any, schema_editor: Any) -> None:
        """Take them down."""
        for table in self.keys:
            if schema_editor.connection.vendor == "postgresql":
                schema_editor.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
                schema_editor.execute(f"DROP TRIGGER {table}_no_change ON {table}")
                schema_editor.execute(f"DROP FUNCTION {table}_refuse()")
            else:
                for act in ("update", "delete", "replace"):
                    schema_editor.execute(f"DROP TRIGGER {table}_no_{act}")


def _postgres(table: str, _unique: tuple[str, ...]) -> tuple[str, ...]:
    return (
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{table} is append-only'; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
    )


def _sqlite(table: str, unique: tuple[str, ...]) -> tuple[str, ...]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;"
    same = " AND ".join(f"{column} = NEW.{column}" for column in unique)
    there = f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id{f' OR ({same})' if same else ''})"  # noqa: S608
    return (
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        # INSERT OR REPLACE deletes without asking the trigger above.
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {there} {refuse}",
    )
