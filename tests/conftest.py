"""What holds for all tests."""

from hypothesis import settings

# How long an example takes depends on what else the machine does; benchmarks/ measures time, tests do not.
settings.register_profile("zhnews", deadline=None)
settings.load_profile("zhnews")
