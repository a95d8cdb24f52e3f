"""The trail becomes a chain: entries are numbered without gaps, hashed and signed."""

from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import migrations, models, transaction

from interlock.store import trail_guard
from interlock.store.chain import Line, digest_of, statement, storable
from interlock.store.heads import Head, write_head
from interlock.store.signatures import sign


def chain(apps: Any, _schema_editor: Any) -> None:
    """Chains what was written so far, in the order in which it was."""
    events = apps.get_model("store", "Event").objects
    folder, previous, head = Path(settings.DATA_FOLDER), "", None
    said = ("number", "at", "by", "verb", "about", "why")
    for number, row in enumerate(list(events.order_by("number").values_list(*said)), 1):
        by, verb, about, why = (storable(text) for text in row[2:])
        line = Line(number, row[1], by, verb, about, why, "", "", "", previous)
        digest = digest_of(line)
        head = Head(number, digest, sign(folder, statement(number, digest)))
        made = {**line._asdict(), "digest": digest, "signature": head.signature}
        events.filter(number=row[0]).update(**made)
        previous = digest
    if head is not None:
        transaction.on_commit(partial(write_head, folder, head))


def guard(_apps: Any, schema_editor: Any) -> None:
    """The database refuses to change or take out an entry."""
    trail_guard.install(schema_editor.connection)


def unguard(_apps: Any, schema_editor: Any) -> None:
    """As it was before."""
    trail_guard.remove(schema_editor.connection)


def text() -> Any:
    return models.TextField(default="")


class Migration(migrations.Migration):

    dependencies = [
        ("store", "0018_routing"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="event", name="event_verb_at"),
        migrations.RenameField(model_name="event", old_name="id", new_name="number"),
        migrations.AlterField(
            model_name="event",
            name="number",
            field=models.BigIntegerField(primary_key=True, serialize=False),
        ),
        migrations.AddField(model_name="event", name="door", field=text()),
        migrations.AddField(model_name="event", name="place", field=text()),
        migrations.AddField(model_name="event", name="through", field=text()),
        migrations.AddField("event", "previous", text(), preserve_default=False),
        migrations.AddField("event", "digest", text(), preserve_default=False),
        migrations.AddField("event", "signature", text(), preserve_default=False),
        migrations.RunPython(chain, migrations.RunPython.noop),
        migrations.AlterField("event", "previous", models.TextField()),
        migrations.AlterField("event", "digest", models.TextField()),
        migrations.AlterField("event", "signature", models.TextField()),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["verb", "number"], name="event_verb"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["by", "number"], name="event_by"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["about", "number"], name="event_about"),
        ),
        migrations.RunPython(guard, unguard),
    ]
