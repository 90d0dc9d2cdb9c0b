"""What an import wrote is kept with it. May be empty: on SQLite another column makes the table anew, unguarded."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0003_transfer'),
    ]

    operations = [
        migrations.AddField(
            model_name='arrival',
            name='wrote',
            field=models.JSONField(help_text='rows by what people call them, who was made, links left empty', null=True),
        ),
    ]
