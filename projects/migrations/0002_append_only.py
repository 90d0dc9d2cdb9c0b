"""Rankings, choices, closings and overrides are kept as they were given (H2.1.2, F01)."""

from django.db import migrations

from procstd.append_only import AppendOnly

_GUARD = AppendOnly(
    projects_ranking=("project_id", "number"),
    projects_choice=(),
    projects_closing=("project_id", "phase"),
    projects_gateoverride=("project_id", "phase", "criterion"),
)
forwards, backwards = _GUARD.forwards, _GUARD.backwards


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_projects")]
    operations = [migrations.RunPython(forwards, backwards)]
