"""Statements over second factors, recovery codes and spent challenges."""

from sqlalchemy import bindparam, delete, func, select, update

from lyhord.kit.database import Statement, upsert
from lyhord.workspaces.store import here, insert_row
from lyhord.workspaces.tables import agent, factor, recovery_code, session, spent

FACTOR = (
    factor.c.id,
    factor.c.agent_id,
    factor.c.kind,
    factor.c.name,
    factor.c.secret,
    factor.c.credential_id,
    factor.c.public_key,
    factor.c.uses,
    factor.c.created_at,
    factor.c.used_at,
)
insert_factor = insert_row(factor)
list_factors = Statement(
    select(*FACTOR).where(here(factor), factor.c.agent_id == bindparam("agent_id")).order_by(factor.c.id)
)
use_factor = Statement(
    update(factor)
    .where(here(factor), factor.c.id == bindparam("this"))
    .values(uses=bindparam("uses"), used_at=bindparam("used_at"))
)
delete_factor = Statement(delete(factor).where(here(factor), factor.c.id == bindparam("this")))
delete_factors = Statement(delete(factor).where(here(factor), factor.c.agent_id == bindparam("agent_id")))
protect_agent = Statement(
    update(agent).where(here(agent), agent.c.id == bindparam("this")).values(protected_at=bindparam("protected_at"))
)

insert_recovery_codes = insert_row(recovery_code)
use_recovery_code = Statement(
    delete(recovery_code).where(
        here(recovery_code),
        recovery_code.c.agent_id == bindparam("agent_id"),
        recovery_code.c.code_hash == bindparam("code_hash"),
    )
)
delete_recovery_codes = Statement(
    delete(recovery_code).where(here(recovery_code), recovery_code.c.agent_id == bindparam("agent_id"))
)
count_recovery_codes = Statement(
    select(func.count())
    .select_from(recovery_code)
    .where(here(recovery_code), recovery_code.c.agent_id == bindparam("agent_id"))
)

spend = upsert(spent, key=["workspace_id", "challenge_hash"])
delete_spent = Statement(delete(spent).where(here(spent), spent.c.expires_at <= bindparam("now")))

find_confirmed = Statement(
    select(session.c.confirmed_at).where(here(session), session.c.token_hash == bindparam("token_hash"))
)
confirm_session = Statement(
    update(session)
    .where(here(session), session.c.token_hash == bindparam("this"))
    .values(confirmed_at=bindparam("confirmed_at"))
)
