"""The chain of events is append-only: the database itself refuses to change or delete (S8)."""

from typing import Any

from django.db import migrations

POSTGRES = (
    """
    CREATE FUNCTION cases_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'cases_event is append-only'; END $$;
    """,
    """
    CREATE TRIGGER cases_event_no_change BEFORE UPDATE OR DELETE ON cases_event
    FOR EACH ROW EXECUTE FUNCTION cases_event_refuse();
    """,
    """
    CREATE TRIGGER cases_event_no_truncate BEFORE TRUNCATE ON cases_event
    FOR EACH STATEMENT EXECUTE FUNCTION cases_event_refuse();
    """,
)
_REFUSE = "BEGIN SELECT RAISE(ABORT, 'cases_event is append-only'); END;"
SQLITE = (
    f"CREATE TRIGGER cases_event_no_update BEFORE UPDATE ON cases_event {_REFUSE}",
    f"CREATE TRIGGER cases_event_no_delete BEFORE DELETE ON cases_event {_REFUSE}",
    # INSERT OR REPLACE deletes without asking the trigger above.
    "CREATE TRIGGER cases_event_no_replace BEFORE INSERT ON cases_event "
    "WHEN EXISTS (SELECT 1 FROM cases_event WHERE id = NEW.id OR (case_id = NEW.case_id AND position = NEW.position)) "
    f"{_REFUSE}",
)


def forwards(apps: Any, schema_editor: Any) -> None:
    for statement in POSTGRES if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def backwards(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER cases_event_no_truncate ON cases_event")
        schema_editor.execute("DROP TRIGGER cases_event_no_change ON cases_event")
        schema_editor.execute("DROP FUNCTION cases_event_refuse()")
    else:
        for act in ("update", "delete", "replace"):
            schema_editor.execute(f"DROP TRIGGER cases_event_no_{act}")


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
