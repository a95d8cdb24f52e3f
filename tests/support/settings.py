"""The product's settings, with a data folder that no one needs afterwards."""

import os
import tempfile

os.environ.setdefault("INTERLOCK_DATA", tempfile.mkdtemp(prefix="interlock-test-"))

from interlock.config.settings import *  # noqa: F403 - every setting; the folder comes first

# a password's hash is made slow on purpose; here it only costs time
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
