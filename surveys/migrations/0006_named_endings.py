"""What ends a pain point has names, as its history shows them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('surveys', '0005_single_values'),
    ]

    operations = [
        migrations.AlterField(
            model_name='historicalpain',
            name='ending_en',
            field=models.CharField(blank=True, max_length=500, verbose_name='In words, in English'),
        ),
        migrations.AlterField(
            model_name='historicalpain',
            name='ending_zh',
            field=models.CharField(blank=True, max_length=500, verbose_name='In words, in Chinese'),
        ),
        migrations.AlterField(
            model_name='historicalpain',
            name='solved_by',
            field=models.CharField(blank=True, help_text='element:7 or step:s4', max_length=24, verbose_name='Element or step'),
        ),
        migrations.AlterField(
            model_name='pain',
            name='ending_en',
            field=models.CharField(blank=True, max_length=500, verbose_name='In words, in English'),
        ),
        migrations.AlterField(
            model_name='pain',
            name='ending_zh',
            field=models.CharField(blank=True, max_length=500, verbose_name='In words, in Chinese'),
        ),
        migrations.AlterField(
            model_name='pain',
            name='solved_by',
            field=models.CharField(blank=True, help_text='element:7 or step:s4', max_length=24, verbose_name='Element or step'),
        ),
    ]
