"""What scripts say, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _


def script_words() -> dict[str, str]:
    """Return the sentences of the editor's scripts by name; ``{…}`` are places that the scripts fill in."""
    return {
        "saved": _("Saved {time}"),
        "saving": _("Saving …"),
        "unsaved": _("Not saved yet"),
        "offline": _("Offline – what you write is kept and sent again."),
        "signed_out": _("You are signed out. Sign in in another window: what you wrote is then saved."),
        "refused": _("Not saved: {message}"),
        "all_saved": _("Everything is saved"),
        "nothing_to_undo": _("There is nothing to undo."),
        "nothing_to_redo": _("There is nothing to redo."),
        "undone": _("Undone."),
        "redone": _("Done again."),
        "pasted": _("Pasted."),
        "conflict": _("{who} changed {place} meanwhile."),
        "mine": _("You wrote"),
        "theirs": _("{who} wrote"),
        "take_theirs": _("Take theirs"),
        "keep_mine": _("Keep mine"),
        "compare": _("Compare"),
        "dismiss": _("Dismiss"),
        "step": _("step {number}, {column}"),
        "here": _("{names} are here too"),
        "here_one": _("{names} is here too"),
        "is_in": _("{name} is here"),
        "chosen": _("{n} rows chosen"),
        "moved": _("The step is number {number} now."),
        "end": _("End"),
        "yes": _("yes"),
        "details": _("Details of step {number}"),
        "confirm_details": _("The details hold text that is not saved. Leave it?"),
    }


def pack_words() -> dict[str, str]:
    """Return the sentences of the reading pack's script by name."""
    return {
        "impossible": _("This browser cannot keep copies, or the page is not served by HTTPS. Take the PDFs along."),
        "kept": _("kept until {day}"),
        "expired": _("expired on {day}"),
        "not_kept": _("not kept"),
        "progress": _("{done} of {all} are kept …"),
        "done": _("Done: {all} manuals are kept on this device."),
        "failed": _("Not all could be kept. Look at the network, then try again."),
        "dropped": _("No manual is kept on this device any more."),
    }
