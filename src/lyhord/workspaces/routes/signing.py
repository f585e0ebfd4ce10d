"""Signing in and out, one-time links, password reset, and one's own sessions."""

from typing import Annotated, Any

from litestar import Request, Response, delete, get, post
from litestar.background_tasks import BackgroundTask
from litestar.datastructures import Cookie
from litestar.params import HeaderParameter
from msgspec import Meta, Struct

from lyhord.kit.clock import HOUR, MINUTE
from lyhord.kit.database import Database
from lyhord.kit.http import Credential, Gate, Principal, same_origin, signed_in
from lyhord.kit.http.network import client_address, is_secure
from lyhord.kit.http.principal import cookie_name
from lyhord.kit.passwords import MOST, check_password, hash_password, verify_password
from lyhord.kit.problems import Gone, NotFound, NotSignedIn, Taken
from lyhord.kit.rates import Rate, caller_block
from lyhord.kit.text import fold_email
from lyhord.kit.tokens import read_token
from lyhord.workspaces import views
from lyhord.workspaces.actions.invitations import request_reset
from lyhord.workspaces.actions.links import Followed, follow_link
from lyhord.workspaces.actions.proving import Shown
from lyhord.workspaces.actions.sessions import ABSOLUTE, Client, end_other_sessions, end_session, start_session
from lyhord.workspaces.doors import Office
from lyhord.workspaces.model import MOST_EMAIL, Locale, Purpose
from lyhord.workspaces.passkeys import read_handle, refused
from lyhord.workspaces.routes.factors import Code, PasskeyAnswer, guess, owner_of
from lyhord.workspaces.views import Candidate, LinkFacts, Me, Session

SIGN_IN_FROM = Rate("sign-in from", 5, 5 * MINUTE)
SIGN_IN_AS = Rate("sign-in as", 10, 15 * MINUTE)
RESET_FROM = Rate("reset from", 20, HOUR)
RESET_AS = Rate("reset as", 5, HOUR)
LINK_FROM = Rate("link from", 20, 5 * MINUTE)
MOST_CANDIDATES = 10

AnyRequest = Request[Any, Any, Any]
Email = Annotated[str, Meta(min_length=3, max_length=MOST_EMAIL)]
Password = Annotated[str, Meta(min_length=1, max_length=MOST)]


class SignIn(Struct, forbid_unknown_fields=True):
    """`workspace_id` only where the answer before asked to choose one; `code` or `credential` where it asked for a second factor."""

    email: Email
    password: Password
    workspace_id: str | None = None
    code: Code = ""
    credential: PasskeyAnswer | None = None


class PasskeySignIn(Struct, forbid_unknown_fields=True):
    """What `navigator.credentials.get` answered to the challenge of `/passkey`."""

    credential: PasskeyAnswer


class FollowLink(Struct, forbid_unknown_fields=True):
    """`code` or `credential` where the answer before asked for a second factor.

    `name` and `locale` count for set-up and invitation, `email` for set-up; its language becomes the workspace's.
    """

    token: Annotated[str, Meta(max_length=200)]
    password: Password
    name: Annotated[str, Meta(max_length=200)] | None = None
    email: Email | None = None
    locale: Locale | None = None
    code: Code = ""
    credential: PasskeyAnswer | None = None


class ResetRequest(Struct, forbid_unknown_fields=True):
    """Whose password is forgotten."""

    email: Email


@post("/api/v1/sign-in", guards=[same_origin], status_code=200, summary="Sign in by e-mail address and password")
async def sign_in(request: AnyRequest, data: SignIn, database: Database, office: Office) -> Response[Me]:
    """Answer the signed-in agent and set the session's cookie. 409 lists the workspaces when several match, or asks for a second factor."""
    email = fold_email(data.email)
    block = caller_block(client_address(request, office.network))
    office.limiter.take(SIGN_IN_FROM, block)
    office.limiter.take(SIGN_IN_AS, email)
    candidates = await _find_candidates(database, email)
    chosen = _choose(await _matching(candidates, data.password), data.workspace_id)
    office.limiter.give_back(SIGN_IN_FROM, block)
    office.limiter.give_back(SIGN_IN_AS, email)
    shown = Shown(keyring=office.keyring, code=data.code, credential=data.credential)
    with guess(office, chosen.agent_id):
        text = await _start(request, database, office, (chosen.workspace_id, chosen.agent_id), shown)
    return await _signed_in(request, database, office, text)


@post(
    "/api/v1/sign-in/passkey",
    guards=[same_origin],
    status_code=200,
    operation_id="post_sign_in_by_passkey",
    summary="Sign in by passkey alone",
)
async def sign_in_by_passkey(
    request: AnyRequest, data: PasskeySignIn, database: Database, office: Office
) -> Response[Me]:
    """The passkey names its owner. It must have asked them for a PIN, a finger or a face. 422 for one that isn't accepted."""
    block = caller_block(client_address(request, office.network))
    office.limiter.take(SIGN_IN_FROM, block)
    owner = read_handle(data.credential)
    shown = Shown(keyring=office.keyring, credential=data.credential, alone=True)
    try:
        text = await _start(request, database, office, owner, shown)
    except (NotFound, NotSignedIn) as error:
        raise refused() from error
    office.limiter.give_back(SIGN_IN_FROM, block)
    return await _signed_in(request, database, office, text)


@post("/api/v1/sign-out", guards=[signed_in], status_code=204, summary="Sign out of this session")
async def sign_out(request: AnyRequest, principal: Principal, database: Database) -> Response[None]:
    """End the session and remove its cookie."""
    owner = owner_of(principal)
    await database.write(principal.workspace_id, end_session, owner.agent_id, owner.session, actor=principal.subject)
    gate: Gate = request.app.state.gate
    return Response(None, status_code=204, cookies=[_cookie(request, gate, "", 0)])


@get("/api/v1/links/{purpose:str}", summary="Whom a one-time link is for")
async def get_link(
    request: AnyRequest,
    purpose: Purpose,
    database: Database,
    office: Office,
    link: Annotated[str, HeaderParameter(name="Lyhord-Link", max_length=200)],
) -> LinkFacts:
    """The link's secret comes in the header `Lyhord-Link`. 410 for one that was used, ran out or never was."""
    office.limiter.take(LINK_FROM, caller_block(client_address(request, office.network)))
    workspace_id, token_hash = _read_link(link)
    return await database.read(workspace_id, views.get_link_facts, purpose, token_hash)


@post("/api/v1/links/{purpose:str}", guards=[same_origin], status_code=200, summary="Follow a one-time link")
async def use_link(
    request: AnyRequest, purpose: Purpose, data: FollowLink, database: Database, office: Office
) -> Response[Me]:
    """Set the password, use the link up, and sign in."""
    office.limiter.take(LINK_FROM, caller_block(client_address(request, office.network)))
    workspace_id, token_hash = _read_link(data.token)
    facts = await database.read(workspace_id, views.get_link_facts, purpose, token_hash)
    check_password(data.password, facts.email or fold_email(data.email or ""))
    shown = Shown(keyring=office.keyring, code=data.code, credential=data.credential)
    followed = Followed(
        purpose=purpose,
        token_hash=token_hash,
        password_hash=await hash_password(data.password),
        client=_client(request, office),
        name=data.name,
        email=data.email,
        locale=data.locale,
        shown=shown,
    )
    with guess(office, token_hash):
        text = await database.write(workspace_id, follow_link, followed, actor="link")
    return await _signed_in(request, database, office, text)


@post("/api/v1/password-reset", guards=[same_origin], status_code=202, summary="Ask for a new password by mail")
async def ask_reset(request: AnyRequest, data: ResetRequest, database: Database, office: Office) -> Response[None]:
    """The answer is the same whether or not somebody has this address; what follows happens after it."""
    email = fold_email(data.email)
    office.limiter.take(RESET_FROM, caller_block(client_address(request, office.network)))
    office.limiter.take(RESET_AS, email)
    return Response(None, status_code=202, background=BackgroundTask(_send_resets, database, office, email))


@get("/api/v1/sessions", guards=[signed_in], summary="Where I am signed in")
async def list_own_sessions(principal: Principal, database: Database) -> list[Session]:
    """The caller's own sessions, most recently used first."""
    return await database.read(
        principal.workspace_id, views.list_sessions, owner_of(principal).agent_id, principal.credential.token_hash
    )


@delete("/api/v1/sessions/{session_id:str}", guards=[signed_in], summary="Sign out elsewhere")
async def end_own_session(session_id: str, principal: Principal, database: Database) -> None:
    """End one of the caller's own sessions."""
    agent_id = owner_of(principal).agent_id
    if len(session_id) < len("0" * 24):
        raise NotFound("There is no such session.")
    await database.write(principal.workspace_id, end_session, agent_id, session_id, actor=principal.subject)


@delete("/api/v1/sessions", guards=[signed_in], summary="Sign out everywhere else")
async def end_my_other_sessions(principal: Principal, database: Database) -> None:
    """End all of the caller's own sessions but this one."""
    agent_id = owner_of(principal).agent_id
    await database.write(
        principal.workspace_id, end_other_sessions, agent_id, principal.credential.token_hash, actor=principal.subject
    )


async def _start(request: AnyRequest, database: Database, office: Office, whose: tuple[str, str], shown: Shown) -> str:
    """Start a session of the agent `whose` = (workspace, agent); its text."""
    workspace_id, agent_id = whose
    return await database.write(
        workspace_id, start_session, agent_id, _client(request, office), shown, actor=f"agent:{agent_id}"
    )


async def _find_candidates(database: Database, email: str) -> list[Candidate]:
    """Agents with this address in any workspace, each as their own workspace knows them."""
    each = await database.read_reachable(views.list_workspaces_of, email, MOST_CANDIDATES)
    ids = sorted({one for ids in each for one in ids})[:MOST_CANDIDATES]
    found = [await database.read(workspace_id, views.find_candidate, email) for workspace_id in ids]
    return [one for one in found if one is not None]


async def _matching(candidates: list[Candidate], password: str) -> list[Candidate]:
    """Those whom the password fits. An unknown address costs as much time as a known one."""
    if not candidates:
        await verify_password(None, password)
    fitting = [each for each in candidates if await verify_password(each.password_hash, password)]
    return [each for each in fitting if each.disabled_at is None]


def _choose(matching: list[Candidate], workspace_id: str | None) -> Candidate:
    if workspace_id is not None:
        matching = [each for each in matching if each.workspace_id == workspace_id]
    if not matching:
        raise NotSignedIn("E-mail address or password is wrong.", key="problem.wrong_password")
    if len(matching) > 1:
        names = {each.workspace_id: each.workspace for each in matching}
        raise Taken("Choose a workspace.", key="problem.choose_workspace", fields=names)
    return matching[0]


async def _signed_in(request: AnyRequest, database: Database, office: Office, text: str) -> Response[Me]:
    """The answer of every way in: who it is now, and the session's cookie."""
    gate: Gate = request.app.state.gate
    named = read_token(text)
    principal = await gate.find_principal(named[0], Credential(named[1], "session")) if named else None
    if principal is None:
        raise NotSignedIn("Sign in and try again.")
    me = await database.read(principal.workspace_id, views.show_me, principal, office.mailroom.base_address)
    return Response(me, cookies=[_cookie(request, gate, text, ABSOLUTE // 1000)])


def _cookie(request: AnyRequest, gate: Gate, text: str, seconds: int) -> Cookie:
    return Cookie(
        key=cookie_name(request, gate),
        value=text,
        max_age=seconds,
        path="/",
        httponly=True,
        samesite="lax",
        secure=is_secure(request, gate.network),
    )


def _client(request: AnyRequest, office: Office) -> Client:
    return Client(client_address(request, office.network), request.headers.get("user-agent", ""))


def _read_link(text: str) -> tuple[str, str]:
    named = read_token(text)
    if named is None:
        raise Gone("This link was used already, or its time is over.", key="problem.link_over")
    return named


async def _send_resets(database: Database, office: Office, email: str) -> None:
    for each in await _find_candidates(database, email):
        await database.write(each.workspace_id, request_reset, office.mailroom, each.agent_id)


routes = [
    sign_in,
    sign_in_by_passkey,
    sign_out,
    get_link,
    use_link,
    ask_reset,
    list_own_sessions,
    end_own_session,
    end_my_other_sessions,
]
