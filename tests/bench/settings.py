"""The product's own settings, with one more address: the bare view that others are measured by."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.bare"
