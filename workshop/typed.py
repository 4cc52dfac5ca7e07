"""What people type, in whichever way their keyboard writes it: small or full-width letters, digits of another script, spaces,
dashes, a slash or a dot that came along."""

from __future__ import annotations

import unicodedata


def code(text: str) -> str:
    """A room's code as the store has it: capitals and plain digits, without whatever stands between or behind them.

    The browser's `typed.js` reads numbers in the same spirit.
    """
    signs = unicodedata.normalize("NFKC", text).upper()
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in signs if sign.isalnum())
