import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0028_outgoing_ended")]

    operations = [
        migrations.AddField(
            model_name="proposal",
            name="base",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="store.agreementversion",
            ),
        ),
    ]
