"""Acknowledgements are kept as they were given (F43)."""

from django.db import migrations

from procstd.append_only import AppendOnly

_GUARD = AppendOnly(rollouts_acknowledgement=("by_id", "definition_id", "shown_sha256"))
forwards, backwards = _GUARD.forwards, _GUARD.backwards


class Migration(migrations.Migration):
    dependencies = [("rollouts", "0001_rollouts")]
    operations = [migrations.RunPython(forwards, backwards)]
