"""The two numbers of a version have names, as its history shows them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('processes', '0009_withdrawn_reviews'),
    ]

    operations = [
        migrations.AlterField(
            model_name='historicalrevision',
            name='major',
            field=models.PositiveSmallIntegerField(default=1, verbose_name='Major version'),
        ),
        migrations.AlterField(
            model_name='historicalrevision',
            name='minor',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='Minor version'),
        ),
        migrations.AlterField(
            model_name='revision',
            name='major',
            field=models.PositiveSmallIntegerField(default=1, verbose_name='Major version'),
        ),
        migrations.AlterField(
            model_name='revision',
            name='minor',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='Minor version'),
        ),
    ]
