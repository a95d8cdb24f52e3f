from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def are_old(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Verdicts of before say what was left of engagement, not what there was: they are stale."""
    apps.get_model("store", "Replay").objects.update(started_at=0)


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0005_capacity'),
    ]

    operations = [
        migrations.RenameField(
            model_name='lead',
            old_name='engagement',
            new_name='score',
        ),
        migrations.AddField(
            model_name='replay',
            name='first_at',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='replay',
            name='seen',
            field=models.JSONField(null=True),
        ),
        migrations.RunPython(are_old, migrations.RunPython.noop),
    ]
