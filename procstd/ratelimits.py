"""So many times in so many seconds, counted in the cache all processes share (S6).

A fixed window: cheap, and never wrong by more than twice the number. With the cache down nobody
is kept out: a limit must not take the house down with it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.core.cache import cache
from redis.exceptions import RedisError

from procstd.logs import log


@dataclass(frozen=True)
class RateLimit:
    """At most *times* in *seconds*, for each key."""

    name: str
    times: int
    seconds: int

    def _key(self, key: str) -> str:
        return f"limit:{self.name}:{key}:{int(time.time()) // self.seconds}"

    def hit(self, key: str) -> bool:
        """Count one more for *key*; tell whether it is still within the limit."""
        slot = self._key(key)
        try:
            cache.add(slot, 0, self.seconds + 1)
            return cache.incr(slot) <= self.times
        except ValueError:
            return True  # the window ended between the two calls
        except (RedisError, OSError) as error:
            log.warning("rate_limit_not_counted", limit=self.name, error=type(error).__name__)
            return True

    def is_spent(self, key: str) -> bool:
        """Tell whether *key* has used up its limit, without counting."""
        try:
            return int(cache.get(self._key(key), 0)) >= self.times
        except (RedisError, OSError):
            return False
