from typing import Any

from django.db import migrations, models


def keepers_are_admins(apps: Any, _schema_editor: Any) -> None:
    """Who kept the data before there were roles may do all that they did."""
    apps.get_model("store", "User").objects.filter(is_staff=True).update(role="admin")


class Migration(migrations.Migration):
    dependencies = [("store", "0010_differing_rows")]

    operations = [
        migrations.AddField("User", "role", models.TextField(default="member")),
        migrations.RunPython(keepers_are_admins, migrations.RunPython.noop),
    ]
