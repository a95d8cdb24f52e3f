from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0003_quick_lists'),
    ]

    operations = [
        migrations.DeleteModel(name='Tally'),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('columns', models.BinaryField()),
                ('digest', models.TextField(db_index=True)),
                ('replay', models.OneToOneField(on_delete=models.deletion.CASCADE, to='store.replay')),
            ],
        ),
        # verdicts without their tally are made anew by the next replay
        migrations.RunSQL('UPDATE store_replay SET current = false', migrations.RunSQL.noop),
    ]
