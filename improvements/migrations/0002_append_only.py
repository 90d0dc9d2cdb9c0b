"""Evidence, effects and weeks are kept as they were written (F81, F82)."""

from django.db import migrations

from procstd.append_only import AppendOnly

_GUARD = AppendOnly(
    improvements_evidence=("evaluation_id", "number"),
    improvements_effect=("definition_id",),
    improvements_weekfigures=("process_id", "monday"),
)
forwards, backwards = _GUARD.forwards, _GUARD.backwards


class Migration(migrations.Migration):
    dependencies = [("improvements", "0001_improvements")]
    operations = [migrations.RunPython(forwards, backwards)]
