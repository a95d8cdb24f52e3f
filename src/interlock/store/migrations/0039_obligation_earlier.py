from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0038_word_taken_back"),
    ]

    operations = [
        migrations.AddField(
            model_name="obligation",
            name="earlier",
            field=models.IntegerField(db_default=0),
        ),
    ]
