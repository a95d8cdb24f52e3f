import datetime

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def judged_by_their_own(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Replays from before were made by one text for all time: the one put in force last."""
    apps.get_model("store", "Replay").objects.update(adopted_id=models.F("agreement_id"))


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0003_periods'),
    ]

    operations = [
        migrations.AddField(
            model_name='agreementversion',
            name='in_force_from',
            field=models.DateField(default=datetime.date.min),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='replay',
            name='adopted',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.agreementversion'),
        ),
        migrations.RunPython(judged_by_their_own, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='replay',
            name='adopted',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.agreementversion'),
        ),
        migrations.AddField(
            model_name='period',
            name='target',
            field=models.FloatField(default=0),
            preserve_default=False,
        ),
    ]
