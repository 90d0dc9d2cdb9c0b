"""Review, signatures, overrides. What people put their names to is append-only: the database refuses (S8, F24)."""
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models
from django.db.models import F
from django.utils import timezone

from procstd.append_only import AppendOnly

_GUARD = AppendOnly(
    processes_reviewedtext=(), processes_decision=(), processes_signature=(), processes_override=(),
)
forwards, backwards = _GUARD.forwards, _GUARD.backwards


def tell_nobody_of_the_past(apps, schema_editor):
    """Releases that took effect before this software told of it need no telling."""
    apps.get_model("processes", "Release").objects.filter(valid_from__lte=timezone.now()).update(
        announced_at=F("valid_from")
    )


class Migration(migrations.Migration):

    dependencies = [
        ('organisation', '0001_initial'),
        ('processes', '0004_editing'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='historicalrelease',
            name='announced_at',
            field=models.DateTimeField(editable=False, help_text='when people were told of the switch', null=True),
        ),
        migrations.AddField(
            model_name='release',
            name='announced_at',
            field=models.DateTimeField(editable=False, help_text='when people were told of the switch', null=True),
        ),
        migrations.AlterField(
            model_name='historicalrevision',
            name='state',
            field=models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('approved', 'Approved'), ('signed', 'Signed'), ('released', 'Released')], default='draft', max_length=10, verbose_name='State'),
        ),
        migrations.AlterField(
            model_name='revision',
            name='state',
            field=models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('approved', 'Approved'), ('signed', 'Signed'), ('released', 'Released')], default='draft', max_length=10, verbose_name='State'),
        ),
        migrations.CreateModel(
            name='HistoricalReview',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('mode', models.CharField(choices=[('all', 'All at the same time; everybody approves'), ('sequential', 'One after the other; everybody approves'), ('any', 'All at the same time; one approval is enough')], default='all', max_length=12, verbose_name='Route')),
                ('days', models.PositiveSmallIntegerField(default=3, verbose_name='Working days for each reviewer')),
                ('touches_compliance', models.BooleanField(default=False, verbose_name='Compliance is touched')),
                ('state', models.CharField(choices=[('running', 'Running'), ('approved', 'Approved'), ('closed', 'Released')], default='running', max_length=10)),
                ('round', models.PositiveSmallIntegerField(default=1, help_text='rises each time reviewers are asked again')),
                ('started_at', models.DateTimeField()),
                ('approved_at', models.DateTimeField(null=True)),
                ('history_change_reason', models.TextField(blank=True, null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revision', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='processes.revision')),
                ('started_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical review',
                'verbose_name_plural': 'historical reviews',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Override',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_zh', models.CharField(max_length=80)),
                ('name_en', models.CharField(max_length=80)),
                ('post_zh', models.CharField(blank=True, max_length=200)),
                ('post_en', models.CharField(blank=True, max_length=200)),
                ('sha256', models.CharField(help_text='of the canonical text that it covers', max_length=64)),
                ('at', models.DateTimeField()),
                ('criterion', models.CharField(max_length=40)),
                ('title_zh', models.CharField(max_length=200)),
                ('title_en', models.CharField(max_length=200)),
                ('sentence_zh', models.TextField(help_text='what was red')),
                ('sentence_en', models.TextField(help_text='what was red')),
                ('reason', models.TextField(max_length=10000, verbose_name='Reason')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='overrides', to='processes.revision')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mode', models.CharField(choices=[('all', 'All at the same time; everybody approves'), ('sequential', 'One after the other; everybody approves'), ('any', 'All at the same time; one approval is enough')], default='all', max_length=12, verbose_name='Route')),
                ('days', models.PositiveSmallIntegerField(default=3, verbose_name='Working days for each reviewer')),
                ('touches_compliance', models.BooleanField(default=False, verbose_name='Compliance is touched')),
                ('state', models.CharField(choices=[('running', 'Running'), ('approved', 'Approved'), ('closed', 'Released')], default='running', max_length=10)),
                ('round', models.PositiveSmallIntegerField(default=1, help_text='rises each time reviewers are asked again')),
                ('started_at', models.DateTimeField()),
                ('approved_at', models.DateTimeField(null=True)),
                ('revision', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='review', to='processes.revision')),
                ('started_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='ReviewComment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(help_text="as a fault's place: step:s3", max_length=40)),
                ('field', models.CharField(blank=True, max_length=40)),
                ('clause_zh', models.CharField(help_text='what the clause was called then', max_length=200)),
                ('clause_en', models.CharField(help_text='what the clause was called then', max_length=200)),
                ('excerpt', models.CharField(blank=True, max_length=500)),
                ('text', models.TextField(max_length=5000)),
                ('sha256', models.CharField(help_text='of the text that was commented on', max_length=64)),
                ('created_at', models.DateTimeField()),
                ('resolved_at', models.DateTimeField(null=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='processes.reviewcomment')),
                ('resolved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='processes.review')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalReviewComment',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('place', models.CharField(help_text="as a fault's place: step:s3", max_length=40)),
                ('field', models.CharField(blank=True, max_length=40)),
                ('clause_zh', models.CharField(help_text='what the clause was called then', max_length=200)),
                ('clause_en', models.CharField(help_text='what the clause was called then', max_length=200)),
                ('excerpt', models.CharField(blank=True, max_length=500)),
                ('text', models.TextField(max_length=5000)),
                ('sha256', models.CharField(help_text='of the text that was commented on', max_length=64)),
                ('created_at', models.DateTimeField()),
                ('resolved_at', models.DateTimeField(null=True)),
                ('history_change_reason', models.TextField(blank=True, null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('author', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('resolved_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('review', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='processes.review')),
                ('parent', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='processes.reviewcomment')),
            ],
            options={
                'verbose_name': 'historical review comment',
                'verbose_name_plural': 'historical review comments',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='ReviewedText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64)),
                ('content', models.TextField(help_text='canonical JSON')),
                ('created_at', models.DateTimeField()),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviewed_texts', to='processes.revision')),
            ],
        ),
        migrations.CreateModel(
            name='Reviewer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(choices=[('head', 'head of a department concerned'), ('key_post', 'holder of a key post'), ('compliance', 'legal or risk: compliance is touched'), ('added', 'added by hand'), ('delegate', 'asked by a reviewer in his or her place')], max_length=12)),
                ('reason', models.TextField(blank=True, max_length=2000)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('state', models.CharField(choices=[('waiting', 'Not asked yet'), ('asked', 'Is asked'), ('approved', 'Approved'), ('returned', 'Sent back'), ('delegated', 'Handed on'), ('removed', 'Taken off the route')], default='waiting', max_length=10)),
                ('asked_at', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('reminded_at', models.DateTimeField(null=True)),
                ('overdue_told_at', models.DateTimeField(null=True)),
                ('escalated_at', models.DateTimeField(null=True)),
                ('delegated_from', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='delegates', to='processes.reviewer')),
                ('department', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.department')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.post')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviewers', to='processes.review')),
            ],
            options={
                'ordering': ['order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalReviewer',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('rule', models.CharField(choices=[('head', 'head of a department concerned'), ('key_post', 'holder of a key post'), ('compliance', 'legal or risk: compliance is touched'), ('added', 'added by hand'), ('delegate', 'asked by a reviewer in his or her place')], max_length=12)),
                ('reason', models.TextField(blank=True, max_length=2000)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('state', models.CharField(choices=[('waiting', 'Not asked yet'), ('asked', 'Is asked'), ('approved', 'Approved'), ('returned', 'Sent back'), ('delegated', 'Handed on'), ('removed', 'Taken off the route')], default='waiting', max_length=10)),
                ('asked_at', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('reminded_at', models.DateTimeField(null=True)),
                ('overdue_told_at', models.DateTimeField(null=True)),
                ('escalated_at', models.DateTimeField(null=True)),
                ('history_change_reason', models.TextField(blank=True, null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('department', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='organisation.department')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('post', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='organisation.post')),
                ('review', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='processes.review')),
                ('delegated_from', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='processes.reviewer')),
            ],
            options={
                'verbose_name': 'historical reviewer',
                'verbose_name_plural': 'historical reviewers',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_zh', models.CharField(max_length=80)),
                ('name_en', models.CharField(max_length=80)),
                ('post_zh', models.CharField(blank=True, max_length=200)),
                ('post_en', models.CharField(blank=True, max_length=200)),
                ('sha256', models.CharField(help_text='of the canonical text that it covers', max_length=64)),
                ('at', models.DateTimeField()),
                ('verdict', models.CharField(choices=[('approved', 'Approved'), ('returned', 'Sent back')], max_length=10)),
                ('answers', models.JSONField(help_text='by question: yes, text')),
                ('reason', models.TextField(blank=True, max_length=2000)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reviewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='processes.reviewer')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_zh', models.CharField(max_length=80)),
                ('name_en', models.CharField(max_length=80)),
                ('post_zh', models.CharField(blank=True, max_length=200)),
                ('post_en', models.CharField(blank=True, max_length=200)),
                ('sha256', models.CharField(help_text='of the canonical text that it covers', max_length=64)),
                ('at', models.DateTimeField()),
                ('meaning', models.CharField(max_length=20)),
                ('meaning_zh', models.CharField(max_length=300)),
                ('meaning_en', models.CharField(max_length=300)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='processes.revision')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.AddIndex(
            model_name='reviewcomment',
            index=models.Index(fields=['review', 'place'], name='processes_r_review__7b7274_idx'),
        ),
        migrations.AddConstraint(
            model_name='reviewedtext',
            constraint=models.UniqueConstraint(fields=('revision', 'sha256'), name='one_reviewed_text_per_hash'),
        ),
        migrations.AddIndex(
            model_name='reviewer',
            index=models.Index(fields=['person', 'state'], name='processes_r_person__e39380_idx'),
        ),
        migrations.AddIndex(
            model_name='reviewer',
            index=models.Index(condition=models.Q(('state', 'asked')), fields=['due_at'], name='reviewers_asked'),
        ),
        migrations.AddConstraint(
            model_name='reviewer',
            constraint=models.UniqueConstraint(fields=('review', 'person'), name='one_reviewer_per_person'),
        ),
        migrations.RunPython(tell_nobody_of_the_past, migrations.RunPython.noop),
        migrations.RunPython(forwards, backwards),
    ]
