from __future__ import annotations

import pytest
import time_machine
from django_q.conf import Conf
from django_q.models import OrmQ

from interlock.operations.actor import Actor, NotAllowedError
from interlock.operations.replay_job import latest_replay_job, queue_replay, run_replay_job
from interlock.store.models import Event, Job, Lead
from tests.operations.company import at, put, replayed

pytestmark = pytest.mark.django_db

KEEPER = Actor("kim@example.com", "operations", "operations")


def test_a_reader_may_not_ask_for_a_replay() -> None:
    with pytest.raises(NotAllowedError):
        queue_replay(by=Actor("sam@example.com", "sales", "member"))
    assert not OrmQ.objects.exists()


def test_two_who_ask_before_it_began_are_served_by_one() -> None:
    queue_replay(by=KEEPER)
    queue_replay(by=KEEPER)
    assert OrmQ.objects.count() == 1


def test_who_asks_while_one_runs_gets_another() -> None:
    queue_replay(by=KEEPER)
    Job.objects.update(started_at=1)
    queue_replay(by=KEEPER)
    assert OrmQ.objects.count() == 2


def test_the_queued_job_replays_and_says_so() -> None:
    replayed()
    put("touch", "t9", at(20, "16:30"), person="p9", kind="demo")
    queue_replay(by=KEEPER)
    queued = latest_replay_job()
    assert queued is not None
    assert queued.started_at is None
    message = OrmQ.objects.get().task
    message["func"](*message["args"])
    done = latest_replay_job()
    assert done is not None
    assert done.finished_at is not None
    assert done.trouble == ""
    assert done.doing.startswith("writing")
    assert Lead.objects.get(person="p9").stage == "mql"


def test_a_job_that_is_delivered_twice_is_done_once() -> None:
    replayed()
    queue_replay(by=KEEPER)
    job = Job.objects.get()
    run_replay_job(job.pk)
    done = Event.objects.filter(verb="replay").count()
    run_replay_job(job.pk)
    assert Event.objects.filter(verb="replay").count() == done


def test_a_replay_that_cannot_be_says_why() -> None:
    queue_replay(by=KEEPER)
    run_replay_job(Job.objects.get().pk)
    job = latest_replay_job()
    assert job is not None
    assert "there is no agreement yet" in job.trouble


def test_a_replay_that_raises_is_over_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> None:
        raise MemoryError("no room")

    monkeypatch.setattr("interlock.operations.replay_job.refresh", full)
    queue_replay(by=KEEPER)
    with pytest.raises(MemoryError):
        run_replay_job(Job.objects.get().pk)
    job = latest_replay_job()
    assert job is not None
    assert job.finished_at is not None
    assert "MemoryError: no room" in job.trouble


def test_a_replay_whose_process_was_killed_runs_no_longer_than_the_worker_lets_one() -> None:
    limit: int = Conf.TIMEOUT
    Job.objects.create(verb="replay", by="kim", queued_at=999, started_at=1000)
    with time_machine.travel(1000 + limit, tick=False):
        running = latest_replay_job()
    with time_machine.travel(1001 + limit, tick=False):
        killed = latest_replay_job()
    assert running is not None
    assert killed is not None
    assert (running.finished_at, running.trouble) == (None, "")
    assert killed.finished_at == 1000 + limit
    assert killed.trouble.startswith("it did not end within 60 minutes")
