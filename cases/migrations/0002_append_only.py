"""The chain of events is append-only: the database itself refuses to change or delete (S8)."""

from django.db import migrations

from procstd.append_only import AppendOnly

_GUARD = AppendOnly(cases_event=("case_id", "position"))
forwards, backwards = _GUARD.forwards, _GUARD.backwards


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
