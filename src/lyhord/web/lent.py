"""Files at addresses that were given to those who fetch what we send: `kit.lending` made them."""

from typing import Annotated, Any

from litestar import get
from litestar.params import Parameter
from litestar.response import Stream

from lyhord.kit.database import Database
from lyhord.kit.files import Files
from lyhord.kit.lending import LONGEST_TOKEN, PLACE, Lending
from lyhord.web.downloads import download

Lent = Annotated[str, Parameter(max_length=LONGEST_TOKEN, description="which file, until when, signed")]


@get(f"{PLACE}{{called:str}}", tags=["conversations"], security=[])
async def get_lent_file(database: Database, files: Files, lending: Lending, lent: Lent = "") -> Stream:
    """The file that its address lends, for whoever has the address. 404 for any other, once it is over, and once the file is gone."""
    file = lending.read(lent, database.clock())
    return download(files, file=file.file, name=file.name, content_type=file.type)


routes: list[Any] = [get_lent_file]
