"""What a caller did that can't be done, named for what to do about it. The HTTP edge turns each into an RFC 9457 problem."""

from collections.abc import Mapping


class Problem(Exception):
    """A refusal that a person can understand. `key` is a message key, `fields` maps a field's name to a message key."""

    status = 400
    key = "problem.refused"

    def __init__(self, detail: str = "", *, key: str | None = None, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(detail or key or self.key)
        self.detail = detail
        self.key = key or type(self).key
        self.fields = dict(fields or {})


class NotSignedIn(Problem):
    """Sign in and try again."""

    status = 401
    key = "problem.not_signed_in"


class Forbidden(Problem):
    """Ask somebody who has the power."""

    status = 403
    key = "problem.forbidden"


class NotFound(Problem):
    """It isn't there, or the caller may not know that it is."""

    status = 404
    key = "problem.not_found"


class Taken(Problem):
    """Somebody else has it already, or it changed in between."""

    status = 409
    key = "problem.taken"


class Gone(Problem):
    """It was there; its time is over."""

    status = 410
    key = "problem.gone"


class TooLarge(Problem):
    """Send less."""

    status = 413
    key = "problem.too_large"


class Invalid(Problem):
    """Correct the named fields."""

    status = 422
    key = "problem.invalid"


class TooMany(Problem):
    """Wait `retry_after` seconds."""

    status = 429
    key = "problem.too_many"

    def __init__(self, retry_after: int, detail: str = "") -> None:
        super().__init__(detail)
        self.retry_after = retry_after
