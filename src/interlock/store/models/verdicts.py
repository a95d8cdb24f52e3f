"""What the replay decided, kept so that pages only count and show.

Verdicts are made anew by every replay and swapped in one transaction; the facts are what is kept.
All instants are UTC seconds.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

FILTERED = ("owner", "source", "tier")
"""Columns that lists are filtered by. They stand at the end of an index that gives a list its
order, so that a filter that few rows pass, or none, is decided from the index alone."""


class AgreementVersion(models.Model):
    """One text of the agreement, as it was put in force; put in force again, it is kept again.

    It counts from `in_force_from` on, the day that it names itself; one that was added later and
    names no later day takes its place. `digest` is a hash of the text.
    """

    name = models.TextField()
    version = models.TextField()
    text = models.TextField()
    digest = models.TextField()
    in_force_from = models.DateField()
    added_at = models.BigIntegerField()
    by = models.TextField()


class Replay(models.Model):
    """One replay: under which agreement, as of when, over how much, and its findings.

    `agreement` is the text that counted at `as_of`, `adopted` the one put in force last; the past
    was judged by the texts that counted then, as far as `adopted`. `current`: its verdicts are the
    ones shown. `pinned`: its instant was chosen, and stays when the facts change; otherwise a
    replay looks from the present. `first_at` is the instant of the first fact of all; `seen` how
    far the facts went (`interlock.store.since`), null where that cannot be told. `known_by`: it is
    of the facts that were known by that instant (null: of those that were known when it started).
    `fingerprint` is one of its verdicts, by which an audit sees whether they come out the same ("":
    none was kept). `edition` says by which rules of ours it was made (`replay.edition`; 0: by
    those of before this was kept).
    """

    agreement = models.ForeignKey(AgreementVersion, on_delete=models.PROTECT)
    adopted = models.ForeignKey(AgreementVersion, on_delete=models.PROTECT, related_name="+")
    as_of = models.BigIntegerField()
    started_at = models.BigIntegerField()
    finished_at = models.BigIntegerField(null=True)
    people = models.BigIntegerField(default=0)
    facts = models.BigIntegerField(default=0)
    findings = models.JSONField(default=list)
    current = models.BooleanField(default=False)
    pinned = models.BooleanField(default=False)
    first_at = models.BigIntegerField(null=True)
    seen = models.JSONField(null=True)
    known_by = models.BigIntegerField(null=True)
    fingerprint = models.TextField(default="")
    edition = models.IntegerField(db_default=0)


class Lead(models.Model):
    """Where one person stands. `stage` is empty before the first one.

    `score` is the engagement just after the last fact; how much of it is left, readers work out.
    `search` is what the person can be found by: name, account, key and e-mail, in lower case.
    `seen_at`: the person was looked at by themselves at that instant, later than the replay was.
    """

    replay = models.ForeignKey(Replay, on_delete=models.CASCADE, db_index=False)
    person = models.TextField()
    name = models.TextField(default="")
    account = models.TextField(default="")
    account_name = models.TextField(default="")
    stage = models.TextField(default="")
    since = models.BigIntegerField(null=True)
    owner = models.TextField(default="")
    source = models.TextField(default="")
    tier = models.TextField(default="")
    fit = models.FloatField(default=0)
    score = models.FloatField(default=0)
    open_obligations = models.IntegerField(default=0)
    next_due = models.BigIntegerField(null=True)
    last_at = models.BigIntegerField(null=True)
    search = models.TextField(default="")
    seen_at = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["replay", "person"], name="lead_person"),
            # how many leads each owner has is counted from the index alone
            models.Index(fields=["replay", "stage", "last_at", "owner"], name="lead_stage"),
            models.Index(
                fields=["replay", "last_at", "search", *FILTERED, "stage"], name="lead_last"
            ),
        ]


class Visit(models.Model):
    """One stay of a person at a stage. `left_at` null: still there.

    `by` is the member who decided, where one did; `skipped`: passed through without its criterion.
    """

    replay = models.ForeignKey(Replay, on_delete=models.CASCADE, db_index=False)
    person = models.TextField()
    stage = models.TextField()
    came_from = models.TextField(default="")
    entered_at = models.BigIntegerField()
    left_at = models.BigIntegerField(null=True)
    skipped = models.BooleanField(default=False)
    reason = models.TextField(default="")
    by = models.TextField(default="")
    source = models.TextField(default="")
    tier = models.TextField(default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["replay", "person"], name="visit_person"),
            models.Index(fields=["replay", "stage", "entered_at", "reason"], name="visit_stage"),
        ]


class Obligation(models.Model):
    """One instance of an event promise.

    `state`: open, warned, kept, kept late, broken or void. `ended_at`: when it became void.
    `earlier`: so many activities and decisions of its first second came too early to keep it.
    """

    replay = models.ForeignKey(Replay, on_delete=models.CASCADE, db_index=False)
    promise = models.TextField()
    person = models.TextField()
    owner = models.TextField(default="")
    started_at = models.BigIntegerField()
    due_at = models.BigIntegerField(null=True)
    kept_at = models.BigIntegerField(null=True)
    ended_at = models.BigIntegerField(null=True)
    earlier = models.IntegerField(db_default=0)
    state = models.TextField()
    variant = models.TextField(default="")
    source = models.TextField(default="")
    tier = models.TextField(default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["replay", "person"], name="obligation_person"),
            models.Index(
                fields=["replay", "promise", "state", "started_at"], name="obligation_promise"
            ),
            models.Index(
                fields=["replay", "started_at", "promise", "state", *FILTERED],
                name="obligation_latest",
            ),
            # a desk reads what waits and what is late in order of due, past all that was kept
            models.Index(fields=["replay", "owner", "state", "due_at"], name="obligation_owner"),
        ]


class Period(models.Model):
    """One period of a period promise: what was reached against the target.

    `member` is empty where the target is the team's. `state`: on pace, behind, kept or broken.
    `target`, `reached`, `base` and `passed` are as in `interlock.replay.outcome.Periods`.
    """

    replay = models.ForeignKey(Replay, on_delete=models.CASCADE, db_index=False)
    promise = models.TextField()
    member = models.TextField(default="")
    begins_at = models.BigIntegerField()
    ends_at = models.BigIntegerField()
    target = models.FloatField()
    reached = models.FloatField()
    base = models.FloatField()
    passed = models.FloatField()
    state = models.TextField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["replay", "promise", "begins_at"], name="period_promise"),
        ]


class Tally(models.Model):
    """Verdicts of one replay counted once, in columns that `interlock.operations.tallies` reads.

    `digest` is a hash of the columns, by which a process knows those that it has read.
    """

    replay = models.OneToOneField(Replay, on_delete=models.CASCADE)
    columns = models.BinaryField()
    digest = models.TextField(db_index=True)


class Book(models.Model):
    """What pages count over everybody, worked out once for a replay (`interlock.operations.books`).

    `name` says what it is. `stamp` names what the replay saw: a replay that went on has another.
    """

    replay = models.ForeignKey(Replay, on_delete=models.CASCADE, related_name="books")
    name = models.TextField()
    stamp = models.TextField()
    columns = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["replay", "name"], name="one_book_a_name")
        ]
