"""How Apple and we prove to each other who calls: a JWT in each call, HS256 with the secret of the API and nothing else."""

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from lyhord.channels.apple.options import Options
from lyhord.kit.clock import SECOND, system_clock

_ALGORITHM = "HS256"
_LONGEST = 4_000
_SKEW_SECONDS = 60


def make_token(options: Options) -> str:
    """What our calls carry: issued by the provider, now."""
    claims = {"iss": options.msp_id, "iat": system_clock() // SECOND}
    return jwt.encode({"alg": _ALGORITHM}, claims, OctKey.import_key(options.key))


def find_fault(authorization: str, options: Options) -> str:
    """Why a call with this header isn't Apple's, "" where it is: signed with our secret, and for our provider.

    A time at which it ends, or before which it doesn't hold, is kept to where there is one; Apple names none.
    """
    scheme, _, token = authorization.strip().partition(" ")
    if scheme.lower() != "bearer" or len(token) > _LONGEST:
        return "no token"
    if not (options.key and options.msp_id):
        return "no secret, or no id of the provider"
    try:
        claims = jwt.decode(token.strip(), OctKey.import_key(options.key), algorithms=[_ALGORITHM]).claims
        jwt.JWTClaimsRegistry(leeway=_SKEW_SECONDS).validate(claims)
    except (JoseError, ValueError, TypeError):
        return "token doesn't fit the secret, or has ended"
    audience = claims.get("aud")
    if options.msp_id not in (audience if isinstance(audience, list) else [audience]):
        return "token is for another provider"
    return ""
