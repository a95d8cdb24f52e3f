"""By which rules of ours a replay was made."""

EDITION = 2
"""Goes up where the same facts come to other verdicts, findings or tallies than before, or more of
them is kept: a replay of before is not gone on from, but made anew at the next refresh. A test says
when it has to: then `python -m tests.replay.rules` writes down what comes of each story.
"""
