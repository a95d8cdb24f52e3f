from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0039_obligation_earlier"),
    ]

    operations = [
        migrations.AddField(
            model_name="replay",
            name="edition",
            field=models.IntegerField(db_default=0),
        ),
    ]
