"""What an audit fixes is kept as it was: settings, populations, draws, verdicts, results, points (F69 to F79)."""

from django.db import migrations

from procstd.append_only import AppendOnly

_GUARD = AppendOnly(
    audits_audit=("number",),
    audits_commitment=("audit_id", "round"),
    audits_population=("audit_id",),
    audits_populationpart=("audit_id", "number"),
    audits_draw=("audit_id", "round"),
    audits_item=("audit_id", "case_id"),
    audits_replacement=("item_id",),
    audits_assignment=(),
    audits_deviation=(),
    audits_verdict=("deviation_id",),
    audits_check=("item_id",),
    audits_conclusion=("audit_id",),
    audits_scorerule=("valid_from",),
    audits_scoreentry=(),
    audits_appeal=("entry_id",),
    audits_decision=("appeal_id",),
)
forwards, backwards = _GUARD.forwards, _GUARD.backwards


class Migration(migrations.Migration):
    dependencies = [("audits", "0001_audits")]
    operations = [migrations.RunPython(forwards, backwards)]
