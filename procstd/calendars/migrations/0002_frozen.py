"""A published version never changes: the database itself refuses to change or delete one (R14)."""

from typing import Any

from django.db import migrations

POSTGRES = (
    """
    CREATE FUNCTION calendars_version_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'a published version of a calendar is frozen'; END $$;
    """,
    """
    CREATE TRIGGER calendars_version_frozen BEFORE UPDATE OR DELETE ON calendars_calendarversion
    FOR EACH ROW WHEN (OLD.state = 'published') EXECUTE FUNCTION calendars_version_refuse();
    """,
)
_REFUSE = "BEGIN SELECT RAISE(ABORT, 'a published version of a calendar is frozen'); END;"
SQLITE = (
    "CREATE TRIGGER calendars_version_no_update BEFORE UPDATE ON calendars_calendarversion "
    f"WHEN OLD.state = 'published' {_REFUSE}",
    "CREATE TRIGGER calendars_version_no_delete BEFORE DELETE ON calendars_calendarversion "
    f"WHEN OLD.state = 'published' {_REFUSE}",
    # INSERT OR REPLACE deletes without asking the trigger above.
    "CREATE TRIGGER calendars_version_no_replace BEFORE INSERT ON calendars_calendarversion "
    "WHEN EXISTS (SELECT 1 FROM calendars_calendarversion WHERE state = 'published' "
    "AND (id = NEW.id OR (calendar_id = NEW.calendar_id AND number = NEW.number))) "
    f"{_REFUSE}",
)


def forwards(apps: Any, schema_editor: Any) -> None:
    for statement in POSTGRES if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def backwards(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER calendars_version_frozen ON calendars_calendarversion")
        schema_editor.execute("DROP FUNCTION calendars_version_refuse()")
    else:
        for act in ("update", "delete", "replace"):
            schema_editor.execute(f"DROP TRIGGER calendars_version_no_{act}")


class Migration(migrations.Migration):
    dependencies = [("calendars", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
