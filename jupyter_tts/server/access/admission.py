"""Who may speak on a socket of text-to-dialogue: by a key, a bearer token or a single-use token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...wire.close_codes import POLICY_VIOLATION
from ...wire.errors import AuthenticationError
from .credentials import accepts_key
from .tokens import SingleUseTokens

__all__ = ["Admission"]


@dataclass(frozen=True)
class Admission:
    """What a socket requires.

    Attributes
    ----------
    key : str or None
        The key that the server requires.
    tokens : SingleUseTokens
        Those that were issued.
    token_type : str
        The type that a token must have.
    """

    key: str | None
    tokens: SingleUseTokens
    token_type: str

    def require(self, credentials: Sequence[str | None], token: str | None) -> None:
        """Check what a client brought; a token is used up and counts for more than a key.

        Raises
        ------
        AuthenticationError
            With the wording of the service where it is known (a token of another type).
        """
        if token is not None:
            self._redeem(token)
        elif self.key is None or accepts_key(self.key, credentials):
            return
        elif any(credentials):
            raise _refused("invalid_api_key", "Invalid API key")
        else:
            raise _refused(
                "authentication_required",
                "Authentication is required: send a key or a token in a header, the URL or the "
                "first message.",
            )

    def _redeem(self, token: str) -> None:
        token_type = self.tokens.redeem(token)
        if token_type is None:
            raise _refused(
                "invalid_token",
                "The token is not valid: it has been used, or it is too old.",
                param="single_use_token",
            )
        if token_type != self.token_type:
            raise _refused(
                "invalid_token_type",
                f"Token type mismatch: expected '{self.token_type}', got '{token_type}'.",
                param="single_use_token",
            )


def _refused(error: str, message: str, *, param: str | None = None) -> AuthenticationError:
    return AuthenticationError(message, error=error, code=POLICY_VIOLATION, param=param)
