"""Who took a project out in a file, and how one came in: kept as it was (F05)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from procstd.append_only import AppendOnly

_GUARD = AppendOnly(projects_export=("job_number",), projects_arrival=("check_number", "project_id"))
forwards, backwards = _GUARD.forwards, _GUARD.backwards


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0002_append_only'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Arrival',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('check_number', models.PositiveBigIntegerField(unique=True)),
                ('sha256', models.CharField(help_text='of the file', max_length=64)),
                ('made_at', models.DateTimeField(help_text='when it was exported')),
                ('made_by', models.CharField(help_text='who exported it, in the words of the file', max_length=200)),
                ('code', models.CharField(help_text='of the project, where it was exported', max_length=32)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='arrival', to='projects.project')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('job_number', models.PositiveBigIntegerField(unique=True)),
                ('sha256', models.CharField(help_text='of the file', max_length=64)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exports', to='projects.project')),
            ],
            options={
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.RunPython(forwards, backwards),
    ]
