"""What was fixed before the first case, and what was decided by it, is kept as it was given (F39, F42)."""

from django.db import migrations

from procstd.append_only import AppendOnly

_GUARD = AppendOnly(pilots_criterialock=("pilot_id",), pilots_decision=())
forwards, backwards = _GUARD.forwards, _GUARD.backwards


class Migration(migrations.Migration):
    dependencies = [("pilots", "0001_pilots")]
    operations = [migrations.RunPython(forwards, backwards)]
