from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0040_replay_edition"),
    ]

    operations = [
        migrations.AddField(
            model_name="savedtrial",
            name="rules",
            field=models.TextField(db_default=""),
        ),
    ]
