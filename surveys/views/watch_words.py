"""What the scripts of the stopwatch page say, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _


def words() -> dict[str, str]:
    """Return the sentences by name; places are written {n}."""
    return {
        "sent": _("Everything is sent."),
        "kept_one": _("{n} lap kept on this phone, will be sent."),
        "kept": _("{n} laps kept on this phone, will be sent."),
        "signed_out": _("You are signed out. Sign in again in another tab; what is kept on this phone is sent then."),
        "full": _("This phone keeps nothing: leave the page open until everything is sent."),
        "clock_set": _("The clock of this phone was set, or is wrong: the moments are corrected by ours."),
        "here": _("on this phone"),
        "photo": _("photo"),
        "doubt": _("clock of the phone was set"),
        "runs": _("runs"),
        "nothing": _("Choose a step, or type what it is called."),
        "refused": _("Not taken: {why}"),
        "waiting": _("First let this phone send what it keeps."),
        "min": _("{n} min"),
        "sec": _("{n} s"),
    }
