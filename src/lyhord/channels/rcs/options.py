"""What a company says about its agent, read from an inbox; and what the channel can do."""

from msgspec import Struct

from lyhord.conversations.account import Account
from lyhord.conversations.channel import Descriptor, Field, Within

SCHEME = "tel"
API = "https://{region}-rcsbusinessmessaging.googleapis.com"
REGIONS = ("europe", "us", "asia")
LONGEST_WAIT_HOURS = 360
_KINDS = frozenset({"text", "image", "audio", "video", "file"})

DESCRIPTOR = Descriptor(
    channel="rcs",
    ingress="webhook",
    schemes=(SCHEME,),
    kinds_in=_KINDS,
    kinds_out=_KINDS,
    text_limit=3_072,
    limit_unit="utf16",
    button_limit=11,
    button_length=25,
    media_limit=104_857_600,
    sent="yes",
    delivered="yes",
    read="yes",
    read_model="message",
    typing_in=True,
    typing_out=True,
    delete=Within(),
    may_initiate=True,
    opt_out=True,
    native_key=True,
    peers=True,
    cost_known=False,
    fields=(
        Field("service_account", "secret"),
        Field("agent_id"),
        Field("region", "choice", default=REGIONS[0], choices=REGIONS),
        Field("client_token", "secret"),
        Field("test_number", required=False, default=""),
        Field("wait_hours", "number", required=False, default=0, more=True),
        Field("typing", "switch", required=False, default=True, more=True),
        Field("reads", "switch", required=False, default=False, more=True),
        Field("api_address", required=False, default="", more=True),
    ),
)


class Options(Struct, frozen=True):
    """The settings of one inbox, with every value of its type. `wait_hours`: how long a message waits for a phone that is off; 0: as long
    as Google keeps it, which is 30 days.
    """

    service_account: str
    agent_id: str
    client_token: str
    test_number: str
    wait_hours: int
    typing: bool
    reads: bool
    api_address: str


def read_options(account: Account) -> Options:
    """The settings of `account`; what is missing or of a wrong type counts as not given."""

    def text(name: str) -> str:
        value = account.settings.get(name)
        return value.strip() if isinstance(value, str) else ""

    hours, region = account.settings.get("wait_hours"), text("region")
    return Options(
        service_account=account.secrets.get("service_account", "").strip(),
        agent_id=without_domain(text("agent_id")),
        client_token=account.secrets.get("client_token", "").strip(),
        test_number=text("test_number"),
        wait_hours=min(max(hours, 0), LONGEST_WAIT_HOURS) if isinstance(hours, int) else 0,
        typing=account.settings.get("typing") is not False,
        reads=account.settings.get("reads") is True,
        api_address=text("api_address").rstrip("/") or API.format(region=region if region in REGIONS else REGIONS[0]),
    )


def without_domain(agent_id: str) -> str:
    """`welcome-bot` of `welcome-bot@rbm.goog`: the first is asked for, the second comes."""
    return agent_id.removesuffix("@rbm.goog")
