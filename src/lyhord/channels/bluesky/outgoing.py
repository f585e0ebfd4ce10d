"""What leaves: the parts that fit into posts or private messages, and the records themselves."""

from typing import Any

from msgspec.structs import replace

from lyhord.channels.bluesky.facets import names_in, to_facets
from lyhord.channels.bluesky.keys import said_at
from lyhord.channels.bluesky.reading import uri_of
from lyhord.channels.bluesky.session import Server, Trouble
from lyhord.conversations.channel import Descriptor
from lyhord.conversations.exchange import Context, Outbound, Plan, Refusal
from lyhord.conversations.plan import plan_by_descriptor, split_text

POST = "app.bsky.feed.post"
GATE = "app.bsky.feed.threadgate"
POST_BYTES, CHAT_BYTES = 3_000, 10_000
POST_LIMIT = 300
_TOGETHER = 4
"""Pictures that one post takes."""


def plan_parts(descriptor: Descriptor, outbound: Outbound, context: Context) -> Plan | Refusal:
    """As the descriptor says; posts are shorter, and private messages take no pictures. What is short and yet many bytes is split, too."""
    if outbound.place is None:
        descriptor = replace(descriptor, kinds_out=frozenset({"text"}))
    else:
        descriptor = replace(descriptor, text_limit=POST_LIMIT)
    planned = plan_by_descriptor(descriptor, outbound, context)
    if isinstance(planned, Refusal):
        return planned
    most = CHAT_BYTES if outbound.place is None else POST_BYTES
    parts = []
    for part in planned.parts:
        *first, last = split_text(part.text, most, "bytes") or [""]
        parts += [replace(part, text=text, media=()) for text in first]
        parts += _apart(replace(part, text=last))
    return replace(planned, parts=tuple(parts))


def _apart(part: Outbound) -> list[Outbound]:
    groups = [part.media[at : at + _TOGETHER] for at in range(0, len(part.media), _TOGETHER)] or [()]
    return [replace(part, media=groups[0]), *(replace(part, text="", media=group) for group in groups[1:])]


async def facets_of(server: Server, text: str) -> list[dict[str, Any]]:
    """The links and names of a text; a name that nobody has stays text. Raises `Trouble` where nobody can be asked."""
    known = {}
    for name in names_in(text):
        try:
            known[name] = (await server.get("com.atproto.identity.resolveHandle", [("handle", name)]))["did"]
        except Trouble as trouble:
            if trouble.code != 400:
                raise
    return to_facets(text, known)


async def to_post(server: Server, part: Outbound, files: list[tuple[str, Any]], key: str) -> dict[str, Any]:
    """The record of a post that answers another. `files` are names and blobs. Raises `Trouble`."""
    record: dict[str, Any] = {"$type": POST, "text": part.text, "createdAt": said_at(key)}
    facets = await facets_of(server, part.text)
    if facets:
        record["facets"] = facets
    if part.answers:
        parent = await get_record(server, part.answers)
        above = {"uri": parent["uri"], "cid": parent["cid"]}
        reply = parent["value"].get("reply")
        record["reply"] = {"root": reply["root"] if reply else above, "parent": above}
    if files:
        images = [{"alt": name.rpartition(".")[0] or name, "image": blob} for name, blob in files]
        record["embed"] = {"$type": "app.bsky.embed.images", "images": images}
    return record


async def hide(server: Server, uri: str, *, hidden: bool) -> bool:
    """Put an answer among those hidden in its thread, or take it out. False where the thread isn't ours. Raises `Trouble`."""
    root = uri_of((await get_record(server, uri))["value"], "root")
    me = (await server.who()).did
    repo, _, key = root.removeprefix("at://").split("/") if root else ("", "", "")
    if repo != me:
        return False
    gate: dict[str, Any] = {"$type": GATE, "post": root, "createdAt": said_at(key)}
    try:
        gate = (await get_record(server, f"at://{me}/{GATE}/{key}"))["value"]
    except Trouble as trouble:
        if trouble.code not in {400, 404}:
            raise
    others = [one for one in gate.get("hiddenReplies", ()) if one != uri]
    gate["hiddenReplies"] = [*others, uri] if hidden else others
    await server.post("com.atproto.repo.putRecord", {"repo": me, "collection": GATE, "rkey": key, "record": gate})
    return True


async def get_record(server: Server, uri: str) -> Any:
    """A record with its address and hash; raises `Trouble`."""
    repo, collection, key = (*uri.removeprefix("at://").split("/"), "", "")[:3]
    return await server.get("com.atproto.repo.getRecord", [("repo", repo), ("collection", collection), ("rkey", key)])
